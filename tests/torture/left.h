/* left.h: what `left` and the library `freed` have in common.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef TORTURE_LEFT_H
#define TORTURE_LEFT_H

/* So many bytes on end are enough to know a secret by: who frees memory writes
 * over the first of it. */
enum { LEFT_WINDOW = 12, LEFT_MOST = 4096, LEFT_MASK = 0x5a };

#endif
