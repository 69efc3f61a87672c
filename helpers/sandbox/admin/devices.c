/* devices.c: registers devices, and says which there are.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "file.h"
#include "sandbox/admin/order.h"
#include "sandbox/state/device.h"
#include "sandbox/state/random.h"
#include "text.h"

enum { PASSWORD_LEN = 32 };

/* The password's file is an option or the second operand. */
bool
run_register(struct order *order)
{
	const char *id = order_operand(order, 0);
	const char *file = order->password_file;
	struct buf otp = { 0 };
	bool ok;

	if (file == NULL)
		file = order_operand(order, 1);
	ok = text_check_id(id) &&
	     (file != NULL ? file_read_secret(file, &otp)
			   : random_text(PASSWORD_LEN, &otp)) &&
	     device_check_password(buf_text(&otp)) &&
	     device_register(&order->store, id, buf_text(&otp), NULL) &&
	     buf_print(&order->out, "%s\n", buf_text(&otp));
	buf_free(&otp);
	return ok;
}

bool
run_remove(struct order *order)
{
	const char *id = order_operand(order, 0);
	bool was;

	return text_check_id(id) && device_remove(&order->store, id, &was);
}

static bool
print_device(const struct device *device, void *data)
{
	return buf_print(data, "%s\t%s\t%lld\n", device->id, device->status,
	    (long long)device->certificates);
}

bool
run_devices(struct order *order)
{
	return device_each(&order->store, NULL, print_device, &order->out);
}
