/* empty: a program that is linked with GnuTLS as the helpers are, and does
 * nothing: what is left is the cost of starting one. Built once as it is, when
 * GnuTLS initialises itself as it is loaded, and once with SKIP, when it does
 * not.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <gnutls/gnutls.h>

#ifdef SKIP
GNUTLS_SKIP_GLOBAL_INIT
#endif

/* The linker leaves out a library that is not asked for anything. */
int
main(void)
{
	return gnutls_check_version(NULL) == NULL;
}
