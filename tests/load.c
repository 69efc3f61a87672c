/* load: how many enrolments a second a server takes.
 * SPDX-License-Identifier: Apache-2.0
 *
 * usage: load URL CA OPERATOR COUNT CLIENTS
 *
 * CLIENTS threads, each with one connection that is kept, register COUNT devices
 * in all as OPERATOR, "name:password", and make their requests, with one P-256
 * key; then, when all are ready, they enrol them by POST to simpleenroll. Prints
 * the enrolments a second, and the median and the 99th percentile of their
 * times in microseconds. An answer that is no certificate ends it with 1. */
#include "config.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <curl/curl.h>

#include "buf.h"
#include "draft.h"
#include "fault.h"
#include "key.h"
#include "x509.h"

struct load {
	const char *url;
	const char *ca;
	const char *operator_login;
	long count;
	long clients;
	gnutls_privkey_t key;
	pthread_barrier_t ready; /* all have registered; then, all are done */
};

struct client {
	const struct load *load;
	long number;
	long count;
	CURL *curl;
	struct buf *requests; /* base64, in lines */
	long *took; /* microseconds of each enrolment */
	pthread_t thread;
};

static long
now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000000 + time.tv_nsec / 1000;
}

static _Noreturn void
fail(const char *what, const char *why)
{
	fprintf(stderr, "load: %s: %s\n", what, why);
	_exit(1);
}

static size_t
keep(char *bytes, size_t size, size_t count, void *data)
{
	return buf_add(data, bytes, size * count) ? size * count : 0;
}

/* One POST of BODY to PATH; the answer must have STATUS and begin with MII, as
 * the base64 of a certificate does, where TYPE is not JSON. */
static void
post(struct client *client, const char *path, const char *login,
    const char *type, const char *body, long status)
{
	struct curl_slist *headers = curl_slist_append(NULL, type);
	struct buf url = { 0 };
	struct buf answer = { 0 };
	char reason[CURL_ERROR_SIZE] = "";
	long got = 0;

	if (headers == NULL ||
	    !buf_print(&url, "%s%s", client->load->url, path))
		fail(path, "out of memory");
	curl_easy_setopt(client->curl, CURLOPT_URL, buf_text(&url));
	curl_easy_setopt(client->curl, CURLOPT_CAINFO, client->load->ca);
	curl_easy_setopt(client->curl, CURLOPT_HTTPAUTH, CURLAUTH_BASIC);
	curl_easy_setopt(client->curl, CURLOPT_USERPWD, login);
	curl_easy_setopt(client->curl, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(client->curl, CURLOPT_POSTFIELDS, body);
	curl_easy_setopt(client->curl, CURLOPT_WRITEFUNCTION, keep);
	curl_easy_setopt(client->curl, CURLOPT_WRITEDATA, &answer);
	curl_easy_setopt(client->curl, CURLOPT_ERRORBUFFER, reason);
	if (curl_easy_perform(client->curl) != CURLE_OK)
		fail(path, reason);
	curl_easy_getinfo(client->curl, CURLINFO_RESPONSE_CODE, &got);
	if (got != status || (strstr(type, "json") == NULL &&
				 strncmp(buf_text(&answer), "MI", 2) != 0))
		fail(path, buf_text(&answer));
	curl_slist_free_all(headers);
	buf_free(&url);
	buf_free(&answer);
}

static void
name_of(const struct client *client, long number, char name[48])
{
	snprintf(
	    name, 48, "load-%d-%ld-%ld", (int)getpid(), client->number, number);
}

/* The base64 of a request for NAME, in lines, without its armour. */
static void
make_request(const struct client *client, const char *name, struct buf *out)
{
	struct draft draft = { 0 };
	struct buf pem = { 0 };
	const char *from;
	const char *to;

	if (!draft_start(&draft) || !draft_add_name(&draft, "CN", name) ||
	    !draft_sign(&draft, client->load->key, &pem))
		fail(name, fault_text());
	from = strchr(buf_text(&pem), '\n') + 1;
	to = strstr(from, "-----END");
	if (!buf_add(out, from, (size_t)(to - from)))
		fail(name, "out of memory");
	draft_free(&draft);
	buf_free(&pem);
}

static void
prepare(struct client *client)
{
	char name[48];
	char body[192];

	for (long i = 0; i < client->count; i++) {
		name_of(client, i, name);
		snprintf(body, sizeof body,
		    "{\"id\":\"%s\",\"enrollmentToken\":\"%s-secret\"}", name,
		    name);
		post(client, "/devicecontrol/newDeviceRequests",
		    client->load->operator_login,
		    "Content-Type: application/json", body, 201);
		make_request(client, name, &client->requests[i]);
	}
}

static void *
run(void *data)
{
	struct client *client = data;
	char name[48];
	char login[128];
	long start;

	prepare(client);
	pthread_barrier_wait((pthread_barrier_t *)&client->load->ready);
	for (long i = 0; i < client->count; i++) {
		name_of(client, i, name);
		snprintf(login, sizeof login, "%s:%s-secret", name, name);
		start = now();
		post(client, "/.well-known/est/simpleenroll", login,
		    "Content-Type: application/pkcs10",
		    buf_text(&client->requests[i]), 200);
		client->took[i] = now() - start;
	}
	pthread_barrier_wait((pthread_barrier_t *)&client->load->ready);
	return NULL;
}

static int
compare(const void *one, const void *other)
{
	long a = *(const long *)one;
	long b = *(const long *)other;

	return (a > b) - (a < b);
}

static void
start(struct client *client, const struct load *load, long number, long *took)
{
	*client = (struct client){ .load = load,
		.number = number,
		.count = load->count / load->clients,
		.curl = curl_easy_init(),
		.took = took };
	client->requests = calloc((size_t)client->count, sizeof(struct buf));
	if (client->curl == NULL || client->requests == NULL ||
	    pthread_create(&client->thread, NULL, run, client) != 0)
		fail("start", "out of memory");
}

static void
measure(struct load *load)
{
	struct client *clients = calloc((size_t)load->clients, sizeof *clients);
	long each = load->count / load->clients;
	long all = each * load->clients;
	long *took = calloc((size_t)all, sizeof *took);
	long begin;
	long end;

	if (clients == NULL || took == NULL)
		fail("start", "out of memory");
	pthread_barrier_init(&load->ready, NULL, (unsigned)load->clients + 1);
	for (long i = 0; i < load->clients; i++)
		start(&clients[i], load, i, took + i * each);
	pthread_barrier_wait(&load->ready);
	begin = now();
	pthread_barrier_wait(&load->ready);
	end = now();
	qsort(took, (size_t)all, sizeof *took, compare);
	printf("%ld %ld %ld\n", all * 1000000 / (end - begin), took[all / 2],
	    took[all * 99 / 100]);
}

int
main(int argc, char **argv)
{
	struct load load = { 0 };
	struct buf pem = { 0 };

	if (argc != 6)
		fail("usage", "load URL CA OPERATOR COUNT CLIENTS");
	load.url = argv[1];
	load.ca = argv[2];
	load.operator_login = argv[3];
	load.count = atol(argv[4]);
	load.clients = atol(argv[5]);
	if (load.clients < 1 || load.count < load.clients)
		fail("usage", "at least one device for each client");
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != 0 || !x509_start() ||
	    !key_generate("ec-p256", NULL, &load.key, &pem))
		fail("start", fault_text());
	measure(&load);
	/* the rest goes with the process */
	_exit(fflush(stdout) == 0 ? 0 : 1);
}
