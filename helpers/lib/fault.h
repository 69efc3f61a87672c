/* fault.h: why a library function returned false.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_FAULT_H
#define CERTCYCLE_FAULT_H

#include <stdbool.h>

/* Records why something failed: an exit code of exit.h, and "object: problem"
 * in printf's form. Like errno there is one, the latest. Always returns false,
 * so that a function can end with `return fault(...)`. Keeps errno. */
bool fault(int code, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Out of memory: EXIT_LOCAL, and so is any fault that comes after it: a parser
 * that lacked memory may have said that a file is damaged. Always returns
 * false. */
bool fault_memory(void);

/* A system call on NAME failed and set errno. EXIT_DATA where the file is not
 * there, EXIT_LOCAL for all else. Always returns false; keeps errno. */
bool fault_errno(const char *name);

/* The same where the file is expected: EXIT_LOCAL whatever it is. */
bool fault_local(const char *name);

/* The latest fault's exit code, and its text; the text belongs to the module
 * and lives until the next fault. */
int fault_code(void);
const char *fault_text(void);

#endif
