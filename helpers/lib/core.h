/* core.h: what a crash leaves behind.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_CORE_H
#define CERTCYCLE_CORE_H

/* From now on a crash leaves no image of this process's memory: whoever is about
 * to hold a secret calls it. A debugger still gets in. What this process becomes
 * by exec, and its children, would leave none either: it is not for programs that
 * run others. */
void core_forbid(void);

#endif
