// page.js: the views of the sandbox's page, each over the tenant's own calls.
// SPDX-License-Identifier: Apache-2.0
import { ask, button, call, cells, doing, el, facts, fail, fileText, fill, id,
	life, makePassword, pager, plain, query, settled, tell, when }
	from '/parts.js';

const TENANT = '/tenant/tenants/t1000';
const TRUSTED = TENANT + '/trusted-certificates';
const CRL = '/tenant/trusted-certificates/settings/crl';
const CHECK = '/tenant/options/configuration/crl.offline.check.enabled';
const FEATURE = '/features/certificate-authority';
const REQUESTS = '/devicecontrol/newDeviceRequests';
const LOG_SHOWN = 300;
// a link's place on a tenant, and what stands behind it
const LINK = '/apps/devicemanagement/index.html#/deviceregistration';

const pages = {};
for (const name of ['devices', 'trusted', 'revoked', 'audit'])
	pages[name] = { number: 1, size: 25, total: 0 };

// Which page of the list NAME; more of the query comes behind.
function asked(name, more) {
	return { pageSize: pages[name].size, currentPage: pages[name].number,
		withTotalElements: true, withTotalPages: true, ...more };
}

// How many there are: by elements where the server counts them.
function count(name, statistics, length) {
	const page = pages[name];

	page.total = statistics?.totalElements ??
		(statistics?.totalPages ?? 1) * page.size;
	if (statistics?.totalElements === undefined &&
	    (statistics?.totalPages ?? 1) <= page.number)
		page.total = (page.number - 1) * page.size + length;
}

// --- devices ---

const states = {
	WAITING_FOR_CONNECTION: 'waiting', PENDING_ACCEPTANCE: 'to be accepted',
	ACCEPTED: 'accepted',
};

function stateOf(device) {
	return device.enabled ? states[device.status] ?? device.status :
		el('span', { className: 'bad' }, 'locked out');
}

function deviceLink(name) {
	return el('a', { href: '#device/' + encodeURIComponent(name),
		'data-key': name }, el('bdi', null, name));
}

async function showDevices() {
	const find = id('devices-find').elements;
	const found = await call('GET', query('/sandbox/overview', asked('devices',
		{ search: find.search.value, state: find.state.value })));
	const all = found.totals;

	pages.devices.total = found.total;
	id('totals').textContent = `${all.devices} devices, ${all.waiting} ` +
		`waiting, ${all.certificates} certificates, ${all.revoked} revoked`;
	fill(id('devices-rows'), found.devices.map(device => cells(
		[deviceLink(device.id), device.name && device.name !== device.id ?
			el('small', null, el('bdi', null, device.name)) : null],
		stateOf(device),
		el('td', { className: 'wide' }, device.type),
		el('td', { className: 'wide' }, device.certificates),
		life(device.latest))), 'No device.');
	pager(id('devices-pager'), pages.devices, showDevices);
}

async function revoke(serials, what) {
	if (!await ask('Revoke?', `${what} cannot be used any more. ` +
		'This cannot be undone.', 'Revoke'))
		return false;
	await call('PUT', CRL, { crls: serials.map(one =>
		({ serialNumberInHex: one })) });
	tell(`${what} is revoked.`);
	return true;
}

function certificateRow(one, name) {
	const over = Date.parse(one.notAfter) < Date.now();

	return cells(el('th', { scope: 'row', className: 'code' },
		one.serialNumber),
	[when(one.notBefore), ' to ', when(one.notAfter)],
	life(one),
	[one.revoked ? ['revoked ', when(one.revoked)] : over ? 'expired' : 'good',
		el('small', null, one.seen ? 'seen in a handshake' : 'not used yet'),
		one.ours ? null : el('small', null, 'of another authority')],
	one.revoked ? '' : button('Revoke', one.serialNumber, async () => {
		if (await revoke([one.serialNumber],
			`The certificate ${one.serialNumber}`))
			await showDevice(name);
	}, 'danger'));
}

// What can be done about a device.
function deviceTools(device, good) {
	const name = device.id;
	const again = text => {
		tell(text);
		return showDevice(name);
	};
	const user = TENANT.replace('/tenant/tenants', '/user') +
		'/users/device_' + encodeURIComponent(name);
	const tools = [];

	if (device.status === 'PENDING_ACCEPTANCE')
		tools.push(button('Accept', 'accept', async () => {
			await call('PUT', REQUESTS + '/' + encodeURIComponent(name),
				{ status: 'ACCEPTED' });
			await again(`${name} is accepted.`);
		}, 'main'));
	if (device.known)
		tools.push(button(device.enabled ? 'Lock out' : 'Let in', 'lock',
			async () => {
				await call('PUT', user, { enabled: !device.enabled });
				await again(`${name} is ${device.enabled ?
					'locked out' : 'let in'}.`);
			}));
	// who still waits has one that counts: a tenant says 409 to another
	if (device.status === 'ACCEPTED')
		tools.push(button('New password', 'password', () =>
			openRegister(name, '', device.type)));
	if (good.length > 0)
		tools.push(button('Revoke all', 'revoke', async () => {
			if (await revoke(good, `Each certificate of ${name}`))
				await showDevice(name);
		}, 'danger'));
	tools.push(button('Remove', 'remove', async () => {
		if (!await ask('Remove?', `${name} has to be registered again then. ` +
			'Its certificates stay what they are.', 'Remove'))
			return;
		await call('DELETE', REQUESTS + '/' + encodeURIComponent(name));
		tell(`${name} is removed.`);
		location.hash = '#devices';
	}, 'danger'));
	return tools;
}

async function showDevice(name) {
	const found = await call('GET',
		'/sandbox/overview/' + encodeURIComponent(name));
	const device = found.device;
	const tools = id('device-tools');
	const held = tools.contains(document.activeElement) ?
		document.activeElement.dataset.key : undefined;

	id('h-device').replaceChildren(el('bdi', null, device.id));
	facts(id('device-facts'), [['State', stateOf(device)],
		['Name', el('bdi', null, device.name ?? device.id)],
		['Type', device.type ?? 'none'], ['Registered', when(device.created)],
		['Managed object', device.number]]);
	tools.replaceChildren(...deviceTools(device, found.certificates
		.filter(one => !one.revoked).map(one => one.serialNumber)));
	if (held !== undefined)
		(tools.querySelector(`[data-key="${held}"]`) ?? id('h-device')).focus();
	fill(id('device-rows'), found.certificates.map(one =>
		certificateRow(one, name)), 'It has no certificate yet.');
}

// --- registration ---

function openRegister(name, otp, type) {
	const form = id('register-form');

	form.reset();
	form.elements.id.value = name ?? '';
	form.elements.type.value = type ?? '';
	form.elements.otp.value = otp || makePassword();
	form.querySelector('.wrong').textContent = '';
	form.hidden = false;
	id('register-done').hidden = true;
	id('register').showModal();
	form.elements.id.focus();
}

async function register() {
	const form = id('register-form');
	const name = form.elements.id.value;
	const otp = form.elements.otp.value;
	const link = location.origin + LINK + '?externalId=' +
		encodeURIComponent(name) + '&one-time-password=' +
		encodeURIComponent(otp);

	await call('POST', REQUESTS, { id: name, enrollmentToken: otp,
		type: form.elements.type.value || undefined });
	form.hidden = true;
	id('register-done').hidden = false;
	id('register-head').textContent = plain(name) + ' is registered';
	id('register-otp').textContent = plain(otp);
	id('register-link').href = link;
	id('register-link').textContent = plain(link);
	id('register-qr').replaceChildren(el('img', { width: 220, height: 220,
		alt: 'QR code of this link', src: query('/sandbox/qr', { text: link }) }));
	id('register-head').focus();
	reload();
}

async function uploadBulk() {
	const form = id('bulk-form');
	const done = await call('POST', '/devicecontrol/bulkNewDeviceRequests',
		new FormData(form));

	id('bulk-done').hidden = false;
	id('bulk-head').textContent = `${done.numberOfSuccessful} of ` +
		`${done.numberOfAll} lines are done, ${done.numberOfFailed} failed`;
	id('bulk-table').hidden = done.failedCreationList.length === 0;
	fill(id('bulk-rows'), done.failedCreationList.map(one => cells(one.line,
		el('bdi', null, one.deviceId), one.failureReason)), 'None.');
	id('bulk-head').focus();
	reload();
}

// --- trusted certificates, and the authority ---

function flag(text, key, value, change) {
	const made = el('input', { type: 'checkbox', checked: value,
		'aria-label': text, 'data-key': key });

	made.addEventListener('change', doing(async () => {
		try {
			await change(made.checked);
		} catch (error) {
			made.checked = value;
			throw error;
		}
	}));
	return made;
}

function possession(one) {
	const what = one.name || one.subject;

	if (one.proofOfPossessionValid)
		return 'proved';
	return ['not proved ', button('Confirm', 'confirm' + one.fingerprint,
		async () => {
			await call('POST', `${TRUSTED}-pop/${one.fingerprint}/confirmed`,
				{});
			tell(`Possession of ${what} is confirmed.`);
			await showTrusted();
		})];
}

function trustedRow(one) {
	const what = one.name || one.subject;
	const path = `${TRUSTED}/${one.fingerprint}`;
	const change = body => async value => {
		await call('PUT', path, body(value));
		tell(`${what} is changed.`);
		await showTrusted();
	};

	return cells([el('bdi', null, what),
		el('small', null, el('bdi', null, one.subject)),
		one.tenantCertificateAuthority ?
			el('small', null, "the tenant's authority") : null,
		el('small', { className: 'code' }, one.fingerprint)],
	life(one),
	flag(`${what} is enabled`, 'on' + one.fingerprint,
		one.status === 'ENABLED', change(value =>
			({ status: value ? 'ENABLED' : 'DISABLED' }))),
	flag(`${what} registers devices`, 'auto' + one.fingerprint,
		one.autoRegistrationEnabled, change(value =>
			({ autoRegistrationEnabled: value }))),
	possession(one),
	button('Delete', 'delete' + one.fingerprint, async () => {
		if (!await ask('Delete?', one.tenantCertificateAuthority ?
			`${what} goes, and so does its key. This cannot be undone.` :
			`Who has a certificate of ${what} is not let in any more.`,
		'Delete'))
			return;
		await call('DELETE', path);
		tell(`${what} is deleted.`);
		await showTrusted();
	}, 'danger'));
}

async function showTrusted() {
	const found = await call('GET', query(TRUSTED, asked('trusted')));

	count('trusted', found.statistics, found.certificates.length);
	fill(id('trusted-rows'), found.certificates.map(trustedRow),
		'No certificate is trusted: no device gets in.');
	pager(id('trusted-pager'), pages.trusted, showTrusted);
}

async function addTrusted() {
	const form = id('trust-form');
	const text = await fileText(form, 'file');
	const found = text.match(
		/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g);

	if (!found)
		throw new Error('There is no PEM certificate in this file');
	for (const pem of found)
		await call('POST', TRUSTED, { name: form.elements.name.value,
			certInPemFormat: pem,
			status: form.elements.enabled.checked ? 'ENABLED' : 'DISABLED',
			autoRegistrationEnabled: form.elements.registers.checked });
	id('trust').close();
	tell(found.length === 1 ? 'The certificate is added.' :
		`${found.length} certificates are added.`);
	await showTrusted();
}

async function showAuthority() {
	const [found, feature] = await Promise.all([
		call('GET', TRUSTED + '?certificateAuthority=true'),
		call('GET', FEATURE).catch(() => null)]);
	const one = found.certificates.find(ca => ca.tenantCertificateAuthority);

	id('authority-feature').checked = feature?.active ?? false;
	id('authority-feature').disabled = feature === null;
	id('authority-create').disabled = one !== undefined;
	id('authority-renew').disabled = one === undefined;
	facts(id('authority-facts'), one === undefined ?
		[['State', 'There is none: no device gets a certificate']] :
		[['Subject', el('bdi', null, one.subject)],
			['Issuer', el('bdi', null, one.issuer)],
			['Serial number', el('code', null, one.serialNumber)],
			['Fingerprint', el('code', null, one.fingerprint)],
			['Algorithm', one.algorithmName],
			['Valid', [when(one.notBefore), ' to ', when(one.notAfter)]],
			['Remaining life', life(one)],
			['State', one.status.toLowerCase()]]);
}

async function authority(path, text) {
	await call('POST', '/certificate-authority' + path, {});
	tell(text);
	await showAuthority();
}

// --- revoked, audit ---

async function showRevoked() {
	const found = await call('GET', query('/sandbox/revoked', asked('revoked')));

	id('crl-check').checked = found.check;
	pages.revoked.total = found.total;
	fill(id('revoked-rows'), found.revoked.map(one => cells(
		el('th', { scope: 'row', className: 'code' }, one.serialNumber),
		one.device ? deviceLink(one.device) : 'unknown',
		when(one.revoked))), 'Nothing is revoked.');
	pager(id('revoked-pager'), pages.revoked, showRevoked);
}

async function showAudit() {
	const source = id('audit-find').elements.source.value;
	const found = await call('GET', query('/audit/auditRecords',
		asked('audit', source ? { source } : {})));

	count('audit', found.statistics, found.auditRecords.length);
	fill(id('audit-rows'), found.auditRecords.map(one => cells(
		when(one.time ?? one.creationTime, true),
		[one.activity, el('small', null, one.text)],
		el('bdi', null, one.source?.id), el('bdi', null, one.user))),
	'No record.');
	pager(id('audit-pager'), pages.audit, showAudit);
}

// --- faults, settings ---

let kinds = {};

async function setFault(kind, device, times, seconds) {
	await call('PUT', '/sandbox/faults', { kind, count: times,
		device: device || undefined, seconds });
}

// Each kind has words of its own, and a length of time or none.
function showKind() {
	const form = id('fault-form').elements;
	const kind = kinds[form.kind.value];

	id('fault-about').textContent = `${kind.about} (${kind.scope})`;
	id('fault-count').textContent = kind.lasts ? 'For seconds' : 'How often';
	id('fault-seconds').hidden = kind.seconds === 0;
	form.seconds.value = kind.seconds || '';
	form.device.disabled = kind.scope === 'handshake';
}

async function showFaults() {
	const found = await call('GET', '/sandbox/faults');
	const choice = id('fault-form').elements.kind;

	kinds = Object.fromEntries(found.kinds.map(one => [one.kind, one]));
	if (choice.length === 0) {
		choice.append(...Object.keys(kinds).map(one =>
			el('option', { value: one }, one)));
		showKind();
	}
	fill(id('faults-rows'), found.faults.map(one => cells(one.kind,
		one.device ? el('bdi', null, one.device) : 'any',
		one.lasts ? `${one.remaining} s` : one.remaining,
		el('td', { className: 'wide' }, kinds[one.kind].about,
			one.seconds ? `: ${one.seconds} s` : null),
		button('Clear', `${one.kind} ${one.device}`, async () => {
			await setFault(one.kind, one.device, 0);
			tell(`${one.kind} is cleared.`);
			await showFaults();
		}))), 'Nothing goes wrong on purpose.');
	id('faults-clear').disabled = found.faults.length === 0;
}

async function clearFaults() {
	await call('DELETE', '/sandbox/faults');
	tell('All faults are cleared.');
	await showFaults();
	id('h-faults').focus();
}

async function showSettings() {
	const found = await call('GET', '/sandbox/settings');

	fill(id('settings-rows'), found.settings.map(one => cells(
		el('th', { scope: 'row', className: 'code' }, one.name),
		el('select', { name: one.name, 'aria-label': one.name,
			'data-was': one.value, 'data-key': one.name },
		one.values.map(value => el('option',
			{ value, selected: value === one.value }, value))),
		one.about)), 'None.');
}

async function saveSettings() {
	const changed = [...id('settings-rows').querySelectorAll('select')]
		.filter(one => one.value !== one.dataset.was);

	for (const one of changed) {
		await call('PUT', '/sandbox/settings',
			{ name: one.name, value: one.value });
		one.dataset.was = one.value;
	}
	tell(changed.length === 0 ? 'Nothing was changed.' :
		`Saved: ${changed.map(one => one.name).join(', ')}.`);
}

// --- the log ---

const log = { last: 0, rows: [], paused: false, fresh: 0, told: 0, busy: false };

function logRow(one) {
	const iso = new Date(one.at).toISOString();
	const row = cells(el('time', { dateTime: iso },
		el('span', { className: 'wide' }, iso.slice(0, 10), ' '),
		iso.slice(11, 19)), one.status,
		[el('b', null, one.method), ' ', el('bdi', null, one.path)],
		el('bdi', null, one.device), el('td', { className: 'wide' }, one.port),
		el('td', { className: 'wide' }, `${(one.took / 1000).toFixed(1)} ms`),
		one.note);
	const failed = one.port === 'mqtt' ? one.status !== 0 : one.status >= 400;

	row.cells[1].className = failed ? 'bad' : 'good';
	return { row, failed, text: `${one.status} ${one.method} ${one.path} ` +
		`${one.device} ${one.port} ${one.note}`.toLowerCase() };
}

function isWanted(one) {
	const find = id('log-find').elements;

	return one.text.includes(find.filter.value.toLowerCase()) &&
		(!find.failed.checked || one.failed);
}

function filterLog() {
	fill(id('log-rows'), log.rows.filter(isWanted).map(one => one.row),
		'Nothing came in.');
}

// A sentence every few seconds at most: who listens can follow that.
function tellLog() {
	if (log.fresh === 0 || Date.now() - log.told < 5000)
		return;
	id('log-news').textContent = log.fresh === 1 ? 'One new request' :
		`${log.fresh} new requests`;
	log.fresh = 0;
	log.told = Date.now();
}

async function readLog() {
	if (log.busy)
		return;
	log.busy = true;
	try {
		const found = await call('GET',
			query('/sandbox/log', { after: log.last }));
		const fresh = found.log.map(logRow).reverse();

		if (fresh.length > 0) {
			log.last = found.log.at(-1).id;
			log.fresh += fresh.length;
			log.rows = [...fresh, ...log.rows].slice(0, LOG_SHOWN);
			filterLog();
		}
		tellLog();
	} finally {
		log.busy = false;
	}
}

function showLog() {
	filterLog();
	return readLog();
}

function pauseLog() {
	log.paused = !log.paused;
	id('log-pause').setAttribute('aria-pressed', log.paused);
}

setInterval(() => {
	if (!log.paused && !id('view-log').hidden && !document.hidden)
		readLog().catch(fail);
}, 1000);

// --- which view ---

const views = {
	devices: showDevices, device: showDevice, trusted: showTrusted,
	authority: showAuthority, revoked: showRevoked, audit: showAudit,
	faults: showFaults, settings: showSettings, log: showLog,
};

// What the address says: a view and what of it; a device's own link opens the
// form that registers it.
function place() {
	const [path, parameters] = location.hash.slice(1).split('?');
	const [name, ...rest] = path.split('/');

	if (path === '/deviceregistration') {
		const link = new URLSearchParams(parameters);

		history.replaceState(null, '', '/#devices');
		openRegister(link.get('externalId'), link.get('one-time-password'));
	}
	try {
		return name in views ? [name, decodeURIComponent(rest.join('/'))] :
			['devices', ''];
	} catch {
		return ['devices', ''];
	}
}

async function reload() {
	const [name, what] = place();

	try {
		await views[name](what);
	} catch (error) {
		fail(error);
	}
}

async function go(event) {
	const [name, what] = place();

	for (const section of document.querySelectorAll('main > section'))
		section.hidden = section.id !== 'view-' + name;
	for (const link of document.querySelectorAll('header nav a'))
		if (link.hash === '#' + (name === 'device' ? 'devices' : name))
			link.setAttribute('aria-current', 'page');
		else
			link.removeAttribute('aria-current');
	id('wrong').textContent = '';
	if (name === 'device') {
		id('h-device').textContent = plain(what);
		id('device-facts').replaceChildren();
		id('device-tools').replaceChildren();
		fill(id('device-rows'), [], ' ');
	}
	const heading = id('h-' + name);
	document.title = heading.textContent + ' - Sandbox tenant';
	if (event && !document.querySelector('dialog[open]')) {
		heading.focus({ preventScroll: true });
		scrollTo(0, 0);
	}
	await reload();
}

function on(name, type, action) {
	id(name).addEventListener(type, doing(action));
}

function firstPage(name, load) {
	return settled(() => {
		pages[name].number = 1;
		load().catch(fail);
	});
}

on('reload', 'click', async () => {
	await reload();
	tell('Reloaded.');
});
on('devices-find', 'submit', () => {});
id('devices-find').addEventListener('input', firstPage('devices', showDevices));
on('register-open', 'click', () => openRegister());
on('register-new', 'click', () => {
	id('register-form').elements.otp.value = makePassword();
});
on('register-form', 'submit', register);
on('bulk-open', 'click', () => {
	id('bulk-form').reset();
	id('bulk-form').querySelector('.wrong').textContent = '';
	id('bulk-done').hidden = true;
	id('bulk').showModal();
});
on('bulk-form', 'submit', uploadBulk);
on('trust-open', 'click', () => {
	id('trust-form').reset();
	id('trust-form').querySelector('.wrong').textContent = '';
	id('trust').showModal();
});
on('trust-form', 'submit', addTrusted);
on('authority-create', 'click', () => authority('', 'The authority is made.'));
on('authority-renew', 'click', () =>
	authority('/renew', 'The authority is renewed.'));
id('authority-feature').addEventListener('change', doing(async event => {
	const active = event.target.checked;

	try {
		await call('PUT', FEATURE + '/by-tenant', { active });
		tell(`The feature is ${active ? 'on' : 'off'}.`);
	} finally {
		await showAuthority();
	}
}));
id('crl-check').addEventListener('change', doing(async event => {
	const value = String(event.target.checked);

	try {
		await call('PUT', CHECK, { value });
		tell(`The check is ${value === 'true' ? 'on' : 'off'}.`);
	} finally {
		await showRevoked();
	}
}));
on('revoke-form', 'submit', async () => {
	const form = id('revoke-form');
	const serial = form.elements.serial.value.toLowerCase();

	if (await revoke([serial], `The certificate ${serial}`)) {
		form.reset();
		await showRevoked();
	}
});
on('audit-find', 'submit', () => {
	pages.audit.number = 1;
	return showAudit();
});
on('fault-form', 'submit', async () => {
	const { kind, device, count: times, seconds } = id('fault-form').elements;

	await setFault(kind.value, device.disabled ? '' : device.value,
		Number(times.value), seconds.value === '' ? undefined :
			Number(seconds.value));
	tell(`${kind.value} is set.`);
	await showFaults();
});
id('fault-form').elements.kind.addEventListener('change', showKind);
on('faults-clear', 'click', clearFaults);
on('settings-form', 'submit', saveSettings);
on('log-find', 'submit', () => {});
id('log-find').addEventListener('input', settled(filterLog));
on('log-pause', 'click', pauseLog);
for (const one of document.querySelectorAll('[data-close]'))
	one.addEventListener('click', () => one.closest('dialog').close());
addEventListener('hashchange', go);
go();
