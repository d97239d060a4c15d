package dev.tidemark.worker.console;

import java.io.IOException;
import java.util.Set;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.servlet.support.ServletUriComponentsBuilder;

/**
 * Refuses what a browser says another site has asked for: the second line of defence,
 * behind cookies that browsers don't send across sites, and before the token that such
 * requests don't have. The page itself may be linked to from anywhere.
 */
final class SameOriginFilter extends OncePerRequestFilter {

	/** {@code none}: typed, or from a bookmark. */
	private static final Set<String> OWN = Set.of("same-origin", "none");

	@Override
	protected boolean shouldNotFilter(HttpServletRequest request) {
		return !request.getRequestURI().startsWith(request.getContextPath() + ConsoleSecurity.API);
	}

	@Override
	protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		if (isForeign(request)) {
			response.sendError(HttpServletResponse.SC_FORBIDDEN);
			return;
		}
		chain.doFilter(request, response);
	}

	private static boolean isForeign(HttpServletRequest request) {
		String site = request.getHeader("Sec-Fetch-Site");
		if (site != null) {
			return !OWN.contains(site);
		}
		@Nullable String origin = request.getHeader(HttpHeaders.ORIGIN);
		return origin != null && !origin
			.equals(ServletUriComponentsBuilder.fromContextPath(request).replacePath(null).build().toUriString());
	}

}
