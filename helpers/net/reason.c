/* reason.c: what a broker's no means, and ours to it, in words.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stddef.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

#include "exit.h"
#include "reason.h"

/* An alert is the server's no to the certificate, but for the few that speak of
 * something else. */
static const struct reason alerts[] = {
	{ SSL3_AD_UNEXPECTED_MESSAGE, EXIT_UNTRUSTED, "unexpected_message",
	    "the handshake went wrong" },
	{ SSL3_AD_BAD_RECORD_MAC, EXIT_UNTRUSTED, "bad_record_mac",
	    "the handshake was garbled on its way" },
	{ SSL3_AD_HANDSHAKE_FAILURE, EXIT_REFUSED, "handshake_failure",
	    "the broker finds no common ground: a TLS version, a cipher, or "
	    "the kind of this certificate's key" },
	{ SSL3_AD_BAD_CERTIFICATE, EXIT_REFUSED, "bad_certificate",
	    "the broker does not accept this certificate: not yet valid by its "
	    "clock, or not of the form it wants" },
	{ SSL3_AD_UNSUPPORTED_CERTIFICATE, EXIT_REFUSED,
	    "unsupported_certificate",
	    "the broker does not accept certificates of this kind: not for "
	    "clients, or a kind of key that it does not know" },
	{ SSL3_AD_CERTIFICATE_REVOKED, EXIT_REFUSED, "certificate_revoked",
	    "this certificate is revoked" },
	{ SSL3_AD_CERTIFICATE_EXPIRED, EXIT_REFUSED, "certificate_expired",
	    "this certificate, or one of its chain, is expired, or not yet "
	    "valid, by the broker's clock" },
	{ SSL3_AD_CERTIFICATE_UNKNOWN, EXIT_REFUSED, "certificate_unknown",
	    "the broker does not accept this certificate, and does not say "
	    "why: its CA is not registered there, it is revoked, or expired" },
	{ SSL3_AD_ILLEGAL_PARAMETER, EXIT_UNTRUSTED, "illegal_parameter",
	    "the broker does not understand this client" },
	{ TLS1_AD_UNKNOWN_CA, EXIT_REFUSED, "unknown_ca",
	    "the broker does not trust the issuer of this certificate: its CA "
	    "is not registered there, or the chain is not sent along" },
	{ TLS1_AD_ACCESS_DENIED, EXIT_REFUSED, "access_denied",
	    "the broker knows this certificate, and lets it do nothing" },
	{ TLS1_AD_DECODE_ERROR, EXIT_UNTRUSTED, "decode_error",
	    "the broker cannot read what this client sends" },
	{ TLS1_AD_DECRYPT_ERROR, EXIT_REFUSED, "decrypt_error",
	    "the key does not match the certificate, or a signature in its "
	    "chain is not right" },
	{ TLS1_AD_PROTOCOL_VERSION, EXIT_UNTRUSTED, "protocol_version",
	    "the broker speaks no TLS version that is spoken here: 1.2, 1.3" },
	{ TLS1_AD_INSUFFICIENT_SECURITY, EXIT_UNTRUSTED,
	    "insufficient_security",
	    "the broker wants stronger ciphers than there are here" },
	{ TLS1_AD_INTERNAL_ERROR, EXIT_NONET, "internal_error",
	    "the broker has a fault of its own" },
	{ TLS1_AD_UNRECOGNIZED_NAME, EXIT_UNTRUSTED, "unrecognized_name",
	    "no broker of this name is there" },
	{ SSL_AD_CERTIFICATE_REQUIRED, EXIT_REFUSED, "certificate_required",
	    "the broker wants a certificate, and got none that it can use" },
	{ SSL_AD_NO_APPLICATION_PROTOCOL, EXIT_UNTRUSTED,
	    "no_application_protocol", "MQTT is not spoken there" },
	{ -1, EXIT_REFUSED, "", "the broker breaks the handshake off" },
};

static const struct reason connacks[] = {
	{ 1, EXIT_REFUSED, "unacceptable protocol version",
	    "the broker does not speak MQTT 3.1.1" },
	{ 2, EXIT_REFUSED, "identifier rejected",
	    "the broker does not accept this client id" },
	{ 3, EXIT_LATER, "server unavailable",
	    "the broker is not available now" },
	{ 4, EXIT_REFUSED, "bad user name or password",
	    "the broker does not accept the user name or its password" },
	{ 5, EXIT_REFUSED, "not authorized",
	    "the broker does not authorize this certificate, or not under this "
	    "client id: not registered, revoked, or so new that it is not "
	    "known yet" },
	{ -1, EXIT_REFUSED, "", "the broker refuses the connection" },
};

static const struct reason verdicts[] = {
	{ X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, EXIT_UNTRUSTED, "",
	    "its chain leads to no trust anchor" },
	{ X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, EXIT_UNTRUSTED, "",
	    "its chain leads to no trust anchor" },
	{ X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, EXIT_UNTRUSTED, "",
	    "its issuer is no trust anchor, and the broker sends no chain" },
	{ X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, EXIT_UNTRUSTED, "",
	    "self-signed, and no trust anchor" },
	{ X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, EXIT_UNTRUSTED, "",
	    "its root is no trust anchor" },
	{ X509_V_ERR_CERT_SIGNATURE_FAILURE, EXIT_UNTRUSTED, "",
	    "its signature is not its issuer's" },
	{ X509_V_ERR_CERT_NOT_YET_VALID, EXIT_UNTRUSTED, "",
	    "not yet valid, by the clock of this machine" },
	{ X509_V_ERR_CERT_HAS_EXPIRED, EXIT_UNTRUSTED, "",
	    "expired, by the clock of this machine" },
	{ X509_V_ERR_CERT_REVOKED, EXIT_UNTRUSTED, "", "revoked" },
	{ X509_V_ERR_INVALID_CA, EXIT_UNTRUSTED, "",
	    "issued by a certificate that is no CA" },
	{ X509_V_ERR_PATH_LENGTH_EXCEEDED, EXIT_UNTRUSTED, "",
	    "its chain is longer than its CA allows" },
	{ X509_V_ERR_INVALID_PURPOSE, EXIT_UNTRUSTED, "", "not for servers" },
	{ X509_V_ERR_EE_KEY_TOO_SMALL, EXIT_UNTRUSTED, "",
	    "its key is too small" },
	{ X509_V_ERR_CA_KEY_TOO_SMALL, EXIT_UNTRUSTED, "",
	    "the key of its CA is too small" },
	{ X509_V_ERR_CA_MD_TOO_WEAK, EXIT_UNTRUSTED, "",
	    "it is signed by a digest that is too weak" },
	{ X509_V_ERR_HOSTNAME_MISMATCH, EXIT_UNTRUSTED, "", "another name" },
	{ X509_V_ERR_IP_ADDRESS_MISMATCH, EXIT_UNTRUSTED, "",
	    "another address" },
	{ -1, EXIT_UNTRUSTED, "", NULL },
};

/* The row of TABLE for NUMBER, or its last. */
static struct reason
find(const struct reason *table, int number)
{
	struct reason found;

	while (table->number != number && table->number != -1)
		table++;
	found = *table;
	found.number = number;
	return found;
}

struct reason
reason_alert(int number)
{
	return find(alerts, number);
}

struct reason
reason_connack(int number)
{
	return find(connacks, number);
}

struct reason
reason_verify(int number)
{
	struct reason found = find(verdicts, number);

	if (found.words == NULL)
		found.words = X509_verify_cert_error_string(number);
	return found;
}
