/* conf-edit.h: a configuration file, changed where it stands.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_CONF_EDIT_H
#define CERTCYCLE_CONF_EDIT_H

#include <stdbool.h>
#include <stddef.h>

/* Makes CHANGES, COUNT of them, in the file of PROFILE, all or none: "KEY=VALUE"
 * sets a key, "KEY" alone unsets it. That is DIR/certcycle.conf for the default
 * profile, else DIR/conf.d/PROFILE.conf. Every other line stays as it is; a file
 * that is not there is made, with mode 0644, and conf.d with 0755. Where the
 * file is a symbolic link its target is replaced.
 *
 * A key is set on the line where it stands, or where it stands commented out,
 * or in its section, or in a section that is added. One that is unset is
 * commented out, at its default. EXIT_CONF: there is no such key, a value is
 * not what the key takes or cannot stand in an INI file, the file is wrong
 * otherwise, PROFILE is no name, or has no file and nothing is set; EXIT_LOCAL:
 * it cannot be read or written. The file is as it was then. */
bool conf_edit(
    const char *dir, const char *profile, char *const *changes, size_t count);

#endif
