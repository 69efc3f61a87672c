/* admit.c: who may connect, and who may stay.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "fault.h"
#include "sandbox/broker/admit.h"
#include "sandbox/state/device.h"
#include "sandbox/state/faults.h"
#include "sandbox/state/settings.h"
#include "sandbox/state/trusted.h"
#include "sandbox/state/user.h"

/* how long a client id of MQTT 3.1 may be */
enum { OLD_ID_MAX = 23 };

static const struct verdict yes = { CONNACK_YES, NULL };

static struct verdict
no(enum connack code, const char *why)
{
	return (struct verdict){ code, why };
}

/* What went wrong is ours, and passes. */
static struct verdict
not_now(void)
{
	mosquitto_log_printf(MOSQ_LOG_ERR, "sandbox: %s", fault_text());
	return no(CONNACK_UNAVAILABLE, "the tenant's state cannot be used now");
}

static const char *
say_admission(enum admission admission)
{
	switch (admission) {
	case ADMIT_YES:
		return NULL;
	case ADMIT_REVOKED:
		return "its certificate, or one above it, is revoked";
	case ADMIT_UNKNOWN:
		return "not a device of this tenant";
	default:
		return "its certificate is not trusted";
	}
}

static struct verdict
judge_certificate(struct broker *broker, const struct visitor *visitor)
{
	const struct x509_list *chain =
	    handshake_chain(&broker->handshake, visitor->crt);
	enum admission admission = ADMIT_UNTRUSTED;
	const char *why;
	bool strange;

	if (!handshake_is_for(visitor->crt, visitor->id))
		return no(
		    CONNACK_NOT_AUTHORIZED, "client id and certificate differ");
	if (!faults_strange(&broker->store, visitor->id, &strange))
		return not_now();
	if (strange)
		return no(
		    CONNACK_NOT_AUTHORIZED, "its certificate is not known yet");
	if (chain != NULL &&
	    !trusted_admit(&broker->store, chain, visitor->id, &admission))
		return not_now();
	why = say_admission(admission);
	return why != NULL ? no(CONNACK_NOT_AUTHORIZED, why) : yes;
}

/* Is NAME, perhaps behind the tenant and a slash, the user of the device ID? */
static bool
is_user_of(const char *name, const char *id)
{
	static const char tenant[] = TOKEN_TENANT "/";
	static const char device[] = DEVICE_USER;

	if (strncmp(name, tenant, sizeof tenant - 1) == 0)
		name += sizeof tenant - 1;
	return strncmp(name, device, sizeof device - 1) == 0 &&
	       strcmp(name + sizeof device - 1, id) == 0;
}

static struct verdict
judge_password(struct broker *broker, const struct visitor *visitor)
{
	const char *slash;
	struct buf roles = { 0 };
	bool right;
	bool ok;

	if (visitor->user == NULL)
		return no(
		    CONNACK_NOT_AUTHORIZED, "neither a certificate nor a user");
	if (visitor->password == NULL || *visitor->password == '\0')
		return no(CONNACK_NOT_AUTHORIZED, "a user without a password");
	if (!is_user_of(visitor->user, visitor->id))
		return no(CONNACK_PASSWORD, "not the user of this device");
	slash = strchr(visitor->user, '/');
	ok = user_login(&broker->store,
	    slash != NULL ? slash + 1 : visitor->user, visitor->password,
	    &right, &roles);
	buf_free(&roles);
	if (!ok)
		return not_now();
	return right ? yes : no(CONNACK_PASSWORD, "a wrong password");
}

/* A tenant requires clean sessions; how it refuses another nobody has said. */
static struct verdict
judge_session(struct broker *broker, const struct visitor *visitor)
{
	static const char why[] = "the session is not clean";
	struct buf how = { 0 };
	struct verdict verdict = yes;

	if (mosquitto_client_clean_session(visitor->client))
		return yes;
	if (!settings_text(&broker->store, SETTING_MQTT_SESSION, &how))
		verdict = not_now();
	else if (strcmp(buf_text(&how), "refused") == 0)
		verdict = no(CONNACK_NOT_AUTHORIZED, why);
	else if (strcmp(buf_text(&how), "closed") == 0)
		verdict = no(CONNACK_NONE, why);
	buf_free(&how);
	return verdict;
}

/* What somebody has ordered. */
static struct verdict
judge_fault(struct broker *broker, const struct visitor *visitor)
{
	int connack;

	if (!faults_broker(&broker->store, visitor->id, &connack))
		return not_now();
	return connack == 0 ? yes : no((enum connack)connack, "it was told to");
}

struct verdict
admit_judge(struct broker *broker, const struct visitor *visitor)
{
	int version = mosquitto_client_protocol_version(visitor->client);
	const char *client_id = mosquitto_client_id(visitor->client);
	struct verdict verdict;

	if (version == 5)
		return no(CONNACK_VERSION, "MQTT 5");
	if (version == 3 && strlen(client_id) > OLD_ID_MAX)
		return no(CONNACK_NOT_AUTHORIZED,
		    "a client id too long for MQTT 3.1");
	if (visitor->id == NULL)
		return no(CONNACK_NOT_AUTHORIZED,
		    "neither ID nor d:ID nor d:ID:TEMPLATES");
	verdict = judge_fault(broker, visitor);
	if (verdict.code == CONNACK_YES)
		verdict = judge_session(broker, visitor);
	if (verdict.code != CONNACK_YES)
		return verdict;
	return visitor->crt != NULL ? judge_certificate(broker, visitor)
				    : judge_password(broker, visitor);
}

const char *
admit_again(struct broker *broker, const struct session *session, bool chains)
{
	enum admission admission;
	const struct x509_list *chain;
	bool registers;
	bool known;

	if (!device_is_known(&broker->store, session->id, &known))
		return NULL;
	if (!known)
		return "the device is removed, or its user disabled";
	if (!chains || session->crt == NULL)
		return NULL;
	chain = handshake_chain(&broker->handshake, session->crt);
	if (!trusted_check(&broker->store, chain, &admission, &registers))
		return NULL;
	return say_admission(admission);
}
