// npm-client: what a tenant's operator does, by the client that its vendor has
// on npm, with no word of the sandbox in it. Prints a line of TAP for each step.
// usage: node npm-client.js URL USER PASSWORD ROOT-PEM ROOT-KEY DEVICE CSV
// SPDX-License-Identifier: Apache-2.0
'use strict';
const crypto = require('crypto');
const fs = require('fs');
const { Client, CrlService, FeatureService, FetchClient, BasicAuth,
	TrustedCertificateService } = require('@c8y/client');

const [url, user, password, rootFile, keyFile, device, csvFile] =
	process.argv.slice(2);
let steps = 0;

function ok(good, what, more) {
	steps++;
	console.log(`${good ? 'ok' : 'not ok'} ${steps} - ${what}`);
	if (!good && more !== undefined)
		console.log('# ' + JSON.stringify(more));
}

// What PROMISE is refused with; a promise that is kept is not.
async function refusal(promise) {
	try {
		await promise;
		return 0;
	} catch (error) {
		return error.res ? error.res.status : String(error);
	}
}

async function trust(client, certificates) {
	const root = fs.readFileSync(rootFile, 'utf8');
	let list = await certificates.list({ pageSize: 100 });
	ok(list.data.length === 1 && list.data[0].tenantCertificateAuthority,
		'list: the tenant trusts its own CA', list.data);
	ok(await refusal(certificates.generateCertificateAuthority()) === 409,
		'a second CA is refused');
	const made = await certificates.create({ name: 'Example Root',
		certInPemFormat: root, status: 'ENABLED',
		autoRegistrationEnabled: true });
	const entry = made.data;
	ok(made.res.status === 201 && entry.fingerprint.length === 40,
		'create: it answers with the certificate', entry);
	ok(await refusal(certificates.create({ name: 'again',
		certInPemFormat: root, status: 'ENABLED' })) === 409,
		'the same again is refused');
	list = await certificates.list({ pageSize: 1, withTotalPages: true });
	ok(list.data.length === 1 && list.paging.totalPages === 2,
		'list: in pages', list.paging);
	list = await list.paging.next();
	ok(list.data[0].fingerprint === entry.fingerprint,
		'the next page has what was uploaded', list.data);
	ok((await certificates.detail(entry)).data.proofOfPossessionValid === false,
		'its possession is not proved');
	return entry;
}

async function prove(certificates, entry) {
	const asked = await certificates.regeneratePoPVerificationCode(entry);
	const code = asked.data.proofOfPossessionUnsignedVerificationCode;
	ok(typeof code === 'string' && code.length > 0, 'a verification code',
		asked.data);
	ok([400, 422].includes(await refusal(
		certificates.verifySignedVerificationCode(entry, 'AAAA'))),
		'a wrong signature is refused');
	const signature = crypto.sign('sha256', Buffer.from(code),
		fs.readFileSync(keyFile)).toString('base64');
	const proved =
		await certificates.verifySignedVerificationCode(entry, signature);
	ok(proved.res.status === 200 && proved.data.proofOfPossessionValid === true,
		'the right one proves it', proved.data);
}

async function change(certificates, entry) {
	const changed = await certificates.update({
		fingerprint: entry.fingerprint, name: 'renamed',
		status: 'DISABLED', autoRegistrationEnabled: false });
	ok(changed.data.name === 'renamed' && changed.data.status === 'DISABLED',
		'update', changed.data);
	ok((await certificates.delete(entry)).res.status === 204, 'delete');
	ok(await refusal(certificates.detail(entry)) === 404, 'and it is gone');
}

async function register(client) {
	const one = await client.deviceRegistration.create(
		{ id: 'npm-one', enrollmentToken: 'secret-for-one' });
	ok(one.res.status === 201 && one.data.id === 'npm-one', 'register one',
		one.data);
	const many = await client.deviceRegistrationBulk.create(
		fs.readFileSync(csvFile, 'utf8'));
	ok(many.data.numberOfAll === 3 && many.data.numberOfFailed === 1 &&
		many.data.failedCreationList[0].line !== undefined,
		'register many: one line of three failed', many.data);
	const list = await client.deviceRegistration.list({ pageSize: 2000 });
	ok(list.data.some(entry => entry.id === 'npm-one'),
		'list registrations', list.data);
	ok((await client.deviceRegistration.delete('npm-one')).res.status === 204,
		'delete a registration');
}

// The serials of DEVICE, by the calls of the tenant's own user interface.
async function provisioned(client) {
	const found = await client.identity.detail(
		{ type: 'c8y_Serial', externalId: device });
	const id = found.data.managedObject.id;
	const owner = await (await client.core.fetch(
		`/inventory/managedObjects/${id}/user`)).json();
	const detail = await client.user.detail(owner.userName,
		{ withCertificates: true });
	ok(detail.data.provisionedCertificates.length === 1,
		'the certificate that the device used', detail.data);
	return detail.data.provisionedCertificates[0].serialNumber;
}

async function revoke(client, crl) {
	const serial = await provisioned(client);
	const option = await client.options.tenant.update({
		category: 'configuration', key: 'crl.offline.check.enabled',
		value: 'true' });
	ok(option.data.value === 'true', 'the offline check is switched on',
		option.data);
	ok((await crl.uploadCrls([{ serialNumberInHex: serial }])).res.status ===
		204, 'revoke by JSON');
	ok((await crl.uploadCrlFile('SERIAL NO.,REVOCATION DATE\n1000,\n'))
		.res.status === 204, 'revoke by CSV');
	const list = await crl.downloadCrlFile();
	const der = Buffer.from(await list.arrayBuffer());
	ok(list.headers.get('content-type') === 'application/pkix-crl' &&
		der[0] === 0x30, 'the list of the revoked');
	fs.writeFileSync('npm.crl', der);
	fs.writeFileSync('npm.serial', serial + '\n');
}

async function main() {
	const client = await Client.authenticate({ user, password }, url);
	const core = new FetchClient(
		new BasicAuth({ tenant: client.core.tenant, user, password }), url);
	core.tenant = client.core.tenant;
	const certificates = new TrustedCertificateService(core);
	ok(client.core.tenant === 't1000', 'log in', client.core.tenant);
	const feature =
		await new FeatureService(core).detail('certificate-authority');
	ok(feature.data.active === true, 'the feature is active', feature.data);
	const entry = await trust(client, certificates);
	await prove(certificates, entry);
	await change(certificates, entry);
	await register(client);
	await revoke(client, new CrlService(core));
	const audit = await client.audit.list(
		{ type: 'TenantCertificateAuthority', pageSize: 100 });
	ok(audit.data.some(record =>
		/Certificate serial number hex: '[0-9a-f]+'/.test(record.text)),
		'the audit names the serial that was signed', audit.data);
	const wrong = await refusal(
		Client.authenticate({ user, password: 'wrong' }, url));
	ok(wrong === 401, 'a wrong password', wrong);
}

main().catch(error => {
	ok(false, 'it ends well', error.data || String(error.stack || error));
});
