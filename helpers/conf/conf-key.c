/* conf-key.c: which configuration keys there are.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "conf-key.h"
#include "exit.h"
#include "fault.h"

#define CERTS SYSCONFDIR "/certcycle/device-certs/"
#define STATE LOCALSTATEDIR "/lib/certcycle/%p"

static const struct conf_key keys[] = {
	{ "c8y.bridge.topic_prefix", CONF_TEXT, "c8y", NULL, 0, NULL,
	    "What the topics of the local broker's bridge to Cumulocity begin "
	    "with." },
	{ "c8y.http", CONF_HOST, "", "c8y.url", 443, NULL,
	    "Where EST requests go, as HOST or HOST:PORT. "
	    "A port in c8y.url counts here." },
	{ "c8y.mqtt", CONF_HOST, "", "c8y.url", 8883, NULL,
	    "The MQTT broker, as HOST or HOST:PORT." },
	{ "c8y.mtls", CONF_HOST, "", "c8y.url", 8443, NULL,
	    "Where the device certificate gets a token, as HOST or "
	    "HOST:PORT." },
	{ "c8y.root_cert_path", CONF_PATH, SYSTEM_CA, NULL, 0, NULL,
	    "Trust anchors for the servers of Cumulocity: a file or a "
	    "directory." },
	{ "c8y.token_via", CONF_WORD, "auto", NULL, 0,
	    " auto broker https mqtt ",
	    "How a renewal gets its token: broker, which is the local one, "
	    "https, mqtt, or auto, which tries them in this order." },
	{ "c8y.url", CONF_HOST, "", NULL, 0, NULL,
	    "The Cumulocity tenant, for example tenant.example.com." },
	{ "c8y.verify_via", CONF_WORD, "auto", NULL, 0,
	    " auto https mqtt both none ",
	    "How a candidate is proved: https, mqtt, both, none, or auto, "
	    "which is https and, if that fails, mqtt." },
	{ "certificate.ca_path", CONF_PATH, "", NULL, 0, NULL,
	    "Trust anchors of device certificates: a file or a directory. "
	    "If it is set, a candidate must chain up to one of them." },
	{ "certificate.key_type", CONF_WORD, "ec-p256", NULL, 0,
	    " ec-p256 ec-p384 ec-p521 rsa-2048 rsa-3072 rsa-4096 ed25519 ",
	    "What kind of key is made where there is none: ec-p256, ec-p384, "
	    "ec-p521, rsa-2048, rsa-3072, rsa-4096 or ed25519." },
	{ "certificate.organization", CONF_TEXT, "", NULL, 0, NULL,
	    "Organization in the subject of the first request, up to 64 "
	    "bytes." },
	{ "certificate.organization_unit", CONF_TEXT, "", NULL, 0, NULL,
	    "Organizational unit in the subject of the first request, up to "
	    "64 bytes." },
	{ "certificate.rekey", CONF_WORD, "never", NULL, 0, " never always ",
	    "Whether a renewal makes a new key: never or always." },
	{ "certificate.validity.minimum_duration", CONF_WINDOW, "30d", NULL, 0,
	    NULL,
	    "A certificate with less than this left is due for renewal: a "
	    "length of time, a share of its life such as 33%, or both, "
	    "33%,30d, of which the longer counts." },
	{ "certificate.validity.requested_duration", CONF_SPAN, "365d", NULL, 0,
	    NULL,
	    "How long a new certificate shall be valid. The issuer "
	    "self-signed does so; servers have rules of their own, and are "
	    "not asked." },
	{ "device.cert_path", CONF_OWN, CERTS "%p-certificate.pem", NULL, 0,
	    NULL,
	    "The active certificate. The candidate and the former one are "
	    "beside it, with .new and .old." },
	{ "device.csr_path", CONF_OWN, STATE "/certcycle.csr", NULL, 0, NULL,
	    "The latest certificate request." },
	{ "device.group", CONF_TEXT, "", NULL, 0, NULL,
	    "The group that key and certificate belong to. Without it, that of "
	    "the files they replace, or of the caller." },
	{ "device.id", CONF_ID, "", NULL, 0, NULL,
	    "Who this device is: the common name of its certificate, and the "
	    "user name of the first request. Needed by certcycle enroll; a "
	    "renewal takes the name from the certificate." },
	{ "device.key_passphrase_path", CONF_PATH, "", NULL, 0, NULL,
	    "The file whose first line opens the key: the passphrase of an "
	    "encrypted one, or the PIN of its token. Let it have mode 0600." },
	{ "device.key_path", CONF_OWN, CERTS "%p-private-key.pem", NULL, 0,
	    NULL, "The private key of the certificate." },
	{ "device.key_uri", CONF_TOKEN, "", NULL, 0, NULL,
	    "The PKCS#11 URI of a key on a token. certcycle enroll writes it "
	    "into the file device.key_path, which stands for the key from then "
	    "on." },
	{ "device.one_time_password_path", CONF_OWN, "", NULL, 0, NULL,
	    "The file whose first line is the one-time password for the "
	    "first certificate. Let it have mode 0600." },
	{ "device.owner", CONF_TEXT, "", NULL, 0, NULL,
	    "The user that key and certificate belong to. Without it, that of "
	    "the files they replace, or the caller." },
	{ "enroll.max_timeout", CONF_SPAN, "10m", NULL, 0, NULL,
	    "How long certcycle enroll goes on trying. 0 is one try." },
	{ "enroll.retry_every", CONF_SPAN, "30s", NULL, 0, NULL,
	    "The pause between two tries of certcycle enroll, where the "
	    "server names none." },
	{ "est.bootstrap_cert_path", CONF_PATH, "", NULL, 0, NULL,
	    "The certificate that a device was made with: the issuer est shows "
	    "it to get the first certificate." },
	{ "est.bootstrap_key_path", CONF_PATH, "", NULL, 0, NULL,
	    "The key of est.bootstrap_cert_path." },
	{ "est.digest", CONF_WORD, "no", NULL, 0, " no yes ",
	    "Whether the issuer est sends name and password by Digest "
	    "authentication, not by Basic: no or yes." },
	{ "est.label", CONF_TEXT, "", NULL, 0, NULL,
	    "Which of the server's CAs or profiles the issuer est asks, where "
	    "it has several." },
	{ "est.password_path", CONF_PATH, "", NULL, 0, NULL,
	    "The file whose first line is the password for the first "
	    "certificate of the issuer est; without it, "
	    "device.one_time_password_path." },
	{ "est.root_cert_path", CONF_PATH, SYSTEM_CA, NULL, 0, NULL,
	    "Trust anchors for the server of the issuer est: a file or a "
	    "directory." },
	{ "est.url", CONF_URL, "", NULL, 0, NULL,
	    "The server of the issuer est, for example "
	    "https://est.example.com." },
	{ "est.user", CONF_TEXT, "", NULL, 0, NULL,
	    "The user name for the first certificate of the issuer est; "
	    "without "
	    "it, device.id." },
	{ "hooks.services", CONF_TEXT, "", NULL, 0, NULL,
	    "The services to reload when a new certificate is active, with "
	    "blanks between them." },
	{ "hooks.timeout", CONF_SPAN, "60s", NULL, 0, NULL,
	    "Time limit for each hook. 0 is no limit." },
	{ "issuer", CONF_ISSUER, "c8y", NULL, 0, NULL,
	    "The program that turns a request into a certificate: c8y, est, "
	    "self-signed, local-ca, microservice, the name of a file in "
	    "hooks/issuer, or an absolute path." },
	{ "issuer.timeout", CONF_SPAN, "5m", NULL, 0, NULL,
	    "Time limit for one call of the issuer. 0 is no limit." },
	{ "local_ca.cert_path", CONF_PATH, "", NULL, 0, NULL,
	    "The certificate of the CA that the issuer local-ca signs with, "
	    "and "
	    "its chain." },
	{ "local_ca.key_path", CONF_PATH, "", NULL, 0, NULL,
	    "The key of local_ca.cert_path." },
	{ "log.syslog", CONF_WORD, "no", NULL, 0, " no yes ",
	    "Whether changes and failures are told to syslog as well as on "
	    "standard error: no or yes." },
	{ "metrics.path", CONF_PATH, "", NULL, 0, NULL,
	    "The file in Prometheus text format that is written after a run "
	    "that changed something." },
	{ "microservice.root_cert_path", CONF_PATH, SYSTEM_CA, NULL, 0, NULL,
	    "Trust anchors for the server of the issuer microservice: a file "
	    "or "
	    "a directory." },
	{ "microservice.url", CONF_URL, "", NULL, 0, NULL,
	    "Where the issuer microservice posts its request, for example "
	    "https://pki.example.com/renew." },
	{ "mqtt.client.host", CONF_HOST, "", NULL, 0, NULL,
	    "The local broker with a bridge to Cumulocity, where there is one: "
	    "tokens are asked for there." },
	{ "mqtt.client.port", CONF_PORT, "1883", NULL, 0, NULL,
	    "The port of mqtt.client.host." },
	{ "renewal.expired", CONF_WORD, "alarm", NULL, 0, " alarm enroll ",
	    "What happens when a certificate has expired and its renewal was "
	    "refused: alarm, or enroll, which gets a first certificate once "
	    "more." },
	{ "renewal.retry.initial_interval", CONF_SPAN, "10m", NULL, 0, NULL,
	    "How long the issuer is left alone after a failure; after each "
	    "further one twice as long." },
	{ "renewal.retry.maximum_interval", CONF_SPAN, "1d", NULL, 0, NULL,
	    "The longest that becomes. It is never more than a tenth of the "
	    "life that is left." },
	{ "renewal.spread", CONF_WINDOW, "10%", NULL, 0, NULL,
	    "A share of this, fixed for each device, is added to "
	    "minimum_duration, so that devices made on one day are not due on "
	    "one day. 0 is none." },
	{ "state.path", CONF_OWN, STATE, NULL, 0, NULL,
	    "The state directory. It must survive a reboot." },
	{ "state.run_path", CONF_PATH, RUNSTATEDIR "/certcycle", NULL, 0, NULL,
	    "The directory of the lock." },
};

enum { KEY_COUNT = sizeof keys / sizeof keys[0] };

size_t
conf_count(void)
{
	return KEY_COUNT;
}

const struct conf_key *
conf_key_at(size_t index)
{
	return &keys[index];
}

bool
conf_find(const char *name, size_t *index)
{
	for (*index = 0; *index < KEY_COUNT; ++*index)
		if (strcmp(keys[*index].name, name) == 0)
			return true;
	return fault(EXIT_CONF, "%s: no such key", name);
}

bool
conf_is_own(const struct conf_key *key)
{
	return key->type == CONF_OWN || key->type == CONF_TOKEN;
}

const char *
conf_kind(enum conf_type type)
{
	static const char *const kinds[] = {
		[CONF_TEXT] = "text",
		[CONF_ID] = "id",
		[CONF_PATH] = "path",
		[CONF_OWN] = "path",
		[CONF_SPAN] = "span",
		[CONF_WINDOW] = "window",
		[CONF_HOST] = "host",
		[CONF_PORT] = "port",
		[CONF_TOKEN] = "token",
		[CONF_URL] = "url",
		[CONF_WORD] = "word",
		[CONF_ISSUER] = "issuer",
	};

	return kinds[type];
}
