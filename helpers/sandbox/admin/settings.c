/* settings.c: what is not known of a real tenant, and is to be chosen.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "sandbox/admin/order.h"
#include "sandbox/admin/table.h"
#include "sandbox/state/settings.h"

bool
run_set(struct order *order)
{
	bool ok;

	if (!store_begin(&order->store))
		return false;
	ok = true;
	for (int i = 0; ok && i < order->count; i++)
		ok = settings_put(&order->store, order->operands[i]);
	return store_end(&order->store, ok);
}

struct listing {
	struct table table;
	struct buf *out;
};

static bool
print_setting(const char *name, const char *value, const char *values,
    const char *about, void *data)
{
	const struct listing *listing = data;
	const char *const fields[] = { name, value, values, about };

	return table_line(&listing->table, fields, listing->out);
}

bool
run_settings(struct order *order)
{
	struct listing listing = { { { "NAME", "VALUE", "ONE OF", "WHAT" },
				       { 27, 5, 15 }, false },
		&order->out };

	return table_begin(&listing.table, &order->out) &&
	       settings_each(&order->store, print_setting, &listing);
}
