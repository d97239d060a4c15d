package dev.tidemark.worker.console;

import java.io.IOException;

import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.security.authentication.ProviderManager;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configuration.EnableWebSecurity;
import org.springframework.security.config.annotation.web.configurers.RequestCacheConfigurer;
import org.springframework.security.config.observation.SecurityObservationSettings;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.authentication.HttpStatusEntryPoint;
import org.springframework.security.web.authentication.logout.HttpStatusReturningLogoutSuccessHandler;
import org.springframework.security.web.csrf.CookieCsrfTokenRepository;
import org.springframework.security.web.csrf.CsrfFilter;
import org.springframework.security.web.header.writers.CrossOriginOpenerPolicyHeaderWriter.CrossOriginOpenerPolicy;
import org.springframework.security.web.header.writers.CrossOriginResourcePolicyHeaderWriter.CrossOriginResourcePolicy;
import org.springframework.security.web.header.writers.ReferrerPolicyHeaderWriter.ReferrerPolicy;

import dev.tidemark.worker.console.PasswordAuthentication.TooManyAttemptsException;

/**
 * Who may see the console, and what browsers may do with it. Sessions, tokens and headers
 * are Spring Security's, which is set up here by hand: were it left to Spring Boot, it
 * would guard health and metrics as well, also where there is no console.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnBooleanProperty("tidemark.console.enabled")
@EnableWebSecurity
class ConsoleSecurity {

	static final String ROOT = "/console";

	static final String API = ROOT + "/api/";

	/** Nothing but the page's own files, and nobody around it. */
	private static final String CONTENT_SECURITY_POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; "
			+ "connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

	@Bean
	SecurityFilterChain consoleFilterChain(HttpSecurity http, ConsoleProperties properties) {
		CookieCsrfTokenRepository tokens = CookieCsrfTokenRepository.withHttpOnlyFalse();
		tokens.setCookieName("tidemark-console-token");
		tokens.setCookiePath(ROOT);
		tokens.setCookieCustomizer((cookie) -> cookie.sameSite("Strict"));
		return http.securityMatcher(ROOT + "/**")
			.authenticationManager(new ProviderManager(
					new PasswordAuthentication(properties.password(), new Attempts(System::nanoTime))))
			.addFilterBefore(new SameOriginFilter(), CsrfFilter.class)
			.csrf((csrf) -> csrf.spa().csrfTokenRepository(tokens))
			.formLogin((login) -> login.loginPage(ROOT + "/")
				.loginProcessingUrl(API + "sign-in")
				.successHandler((request, response, operator) -> response.setStatus(HttpServletResponse.SC_NO_CONTENT))
				.failureHandler(ConsoleSecurity::refuse))
			.logout((logout) -> logout.logoutUrl(API + "sign-out")
				.logoutSuccessHandler(new HttpStatusReturningLogoutSuccessHandler(HttpStatus.NO_CONTENT)))
			.requestCache(RequestCacheConfigurer::disable)
			.exceptionHandling(
					(refusals) -> refusals.authenticationEntryPoint(new HttpStatusEntryPoint(HttpStatus.UNAUTHORIZED)))
			.authorizeHttpRequests(
					(requests) -> requests.requestMatchers(API + "**").authenticated().anyRequest().permitAll())
			.headers((headers) -> headers
				.contentSecurityPolicy((policy) -> policy.policyDirectives(CONTENT_SECURITY_POLICY))
				.referrerPolicy((policy) -> policy.policy(ReferrerPolicy.NO_REFERRER))
				.crossOriginOpenerPolicy((policy) -> policy.policy(CrossOriginOpenerPolicy.SAME_ORIGIN))
				.crossOriginResourcePolicy((policy) -> policy.policy(CrossOriginResourcePolicy.SAME_ORIGIN)))
			.build();
	}

	/** Keeps Spring Security to the console: nothing else at the port sees it. */
	@Bean
	FilterRegistrationBean<Filter> consoleFilter(@Qualifier("springSecurityFilterChain") Filter chain) {
		FilterRegistrationBean<Filter> registration = new FilterRegistrationBean<>(chain);
		registration.addUrlPatterns(ROOT + "/*");
		return registration;
	}

	/** A metric for each filter is nothing that anybody looks at. */
	@Bean
	SecurityObservationSettings noObservations() {
		return SecurityObservationSettings.noObservations();
	}

	private static void refuse(HttpServletRequest request, HttpServletResponse response,
			AuthenticationException failure) throws IOException {
		if (failure instanceof TooManyAttemptsException tooMany) {
			response.setHeader(HttpHeaders.RETRY_AFTER, Long.toString(tooMany.remaining().toSeconds() + 1));
			response.sendError(HttpStatus.TOO_MANY_REQUESTS.value());
		}
		else {
			response.sendError(HttpServletResponse.SC_UNAUTHORIZED);
		}
	}

}
