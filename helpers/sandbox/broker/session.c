/* session.c: who is connected.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "sandbox/broker/session.h"

bool
session_device(const char *client_id, struct buf *id)
{
	const char *end = strchr(client_id, ':');

	if (end == NULL)
		return *client_id != '\0' && buf_print(id, "%s", client_id);
	if (end != client_id + 1 || *client_id != 'd')
		return false;
	client_id = end + 1;
	end = client_id + strcspn(client_id, ":");
	return end > client_id &&
	       buf_add(id, client_id, (size_t)(end - client_id));
}

/* FNV-1a */
static unsigned
bucket_of(const char *id)
{
	uint32_t hash = 2166136261u;

	for (; *id != '\0'; id++)
		hash = (hash ^ (unsigned char)*id) * 16777619u;
	return hash % SESSION_BUCKETS;
}

static void
free_session(struct session *session)
{
	free(session->client_id);
	free(session->id);
	X509_free(session->crt);
	free(session);
}

struct session *
session_add(struct sessions *sessions, const struct mosquitto *client,
    const char *id, X509 *crt)
{
	struct session **bucket = &sessions->bucket[bucket_of(id)];
	struct session *session = calloc(1, sizeof *session);

	if (session == NULL)
		return NULL;
	session->client = client;
	session->client_id = strdup(mosquitto_client_id(client));
	session->id = strdup(id);
	if (session->client_id == NULL || session->id == NULL) {
		free_session(session);
		return NULL;
	}
	if (crt != NULL && X509_up_ref(crt) == 1)
		session->crt = crt;
	session->next = *bucket;
	*bucket = session;
	return session;
}

struct session *
session_find(const struct sessions *sessions, const struct mosquitto *client)
{
	const char *client_id = mosquitto_client_id(client);
	struct session *session = NULL;
	struct buf id = { 0 };

	if (client_id != NULL && session_device(client_id, &id))
		session = sessions->bucket[bucket_of(buf_text(&id))];
	while (session != NULL && session->client != client)
		session = session->next;
	buf_free(&id);
	return session;
}

struct session *
session_first(const struct sessions *sessions, const char *id)
{
	struct session *session = sessions->bucket[bucket_of(id)];

	while (session != NULL && strcmp(session->id, id) != 0)
		session = session->next;
	return session;
}

void
session_remove(struct sessions *sessions, struct session *session)
{
	struct session **at = &sessions->bucket[bucket_of(session->id)];

	while (*at != session)
		at = &(*at)->next;
	*at = session->next;
	free_session(session);
}

void
session_clear(struct sessions *sessions)
{
	for (unsigned i = 0; i < SESSION_BUCKETS; i++)
		while (sessions->bucket[i] != NULL)
			session_remove(sessions, sessions->bucket[i]);
}
