package dev.tidemark.worker.stack;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;

import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * Signs certificates for servers, on the spot and for a short time.
 */
final class CertificateAuthority {

	private static final Duration A_DAY = Duration.ofDays(1);

	private final X500Name name;

	private final KeyPair keys = newKeys();

	private final X509CertificateHolder certificate;

	CertificateAuthority(String name) {
		this.name = new X500Name("CN=" + name);
		this.certificate = sign(this.name, this.keys, Instant.now().plus(A_DAY), Extension.basicConstraints,
				new BasicConstraints(true));
	}

	/**
	 * Returns the certificate that clients trust.
	 */
	String certificate() {
		return pem(this.certificate);
	}

	/**
	 * Makes a key and a certificate for a server.
	 * @param host the host's name, as clients call it
	 */
	Identity issue(String host) {
		return issue(host, Instant.now().plus(A_DAY));
	}

	/**
	 * Makes a key and a certificate for a server that has expired.
	 * @param host the host's name, as clients call it
	 */
	Identity issueExpired(String host) {
		return issue(host, Instant.now().minus(A_DAY));
	}

	private Identity issue(String host, Instant until) {
		KeyPair pair = newKeys();
		X509CertificateHolder signed = sign(new X500Name("CN=" + host), pair, until, Extension.subjectAlternativeName,
				new GeneralNames(new GeneralName(GeneralName.dNSName, host)));
		try {
			return new Identity(pem(new JcaPKCS8Generator(pair.getPrivate(), null)), pem(signed));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private X509CertificateHolder sign(X500Name subject, KeyPair pair, Instant until, ASN1ObjectIdentifier extension,
			ASN1Encodable value) {
		try {
			X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(this.name,
					BigInteger.valueOf(System.nanoTime()), Date.from(until.minus(A_DAY.multipliedBy(7))),
					Date.from(until), subject, pair.getPublic());
			builder.addExtension(extension, true, value);
			return builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(this.keys.getPrivate()));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (OperatorCreationException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static KeyPair newKeys() {
		try {
			KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
			generator.initialize(new ECGenParameterSpec("secp256r1"));
			return generator.generateKeyPair();
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static String pem(Object object) {
		StringWriter text = new StringWriter();
		try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
			writer.writeObject(object);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return text.toString();
	}

	/**
	 * What a server shows and proves itself with, both in PEM.
	 *
	 * @param key the private key, PKCS #8, without a password
	 * @param certificate the certificate
	 */
	record Identity(String key, String certificate) {
	}

}
