/* msg.h: what a tool says on standard error.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_MSG_H
#define CERTCYCLE_MSG_H

#include <stdbool.h>

/* Every line is "tool: object: problem". Control characters in it, wherever
 * they came from, are written as \xNN, so that a server or a certificate can
 * not speak to the terminal. */

/* Sets the tool's name; TOOL must outlive the program. */
void msg_start(const char *tool);

/* Turns msg_trace on; -v does. */
void msg_verbose(void);

/* One line; the program goes on. */
void msg_warn(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* One line when -v was given, nothing otherwise. */
void msg_trace(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* One line, then exit with CODE. For a tool's own file only. */
_Noreturn void msg_die(int code, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The latest fault's text as the line, its code as the exit code. */
_Noreturn void msg_die_fault(void);

#endif
