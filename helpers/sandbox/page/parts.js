// parts.js: what every view of the page is made of: calls, elements, dialogs.
// SPDX-License-Identifier: Apache-2.0

const DAY = 86400000;

// how far the server's clock is ahead of this one
let skew = 0;

export function id(name) {
	return document.getElementById(name);
}

// Text from outside, with what has no shape, or turns the line, made visible.
export function plain(text) {
	return String(text ?? '').replace(
		/[\0-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g,
		c => '\\u' + c.charCodeAt(0).toString(16).padStart(4, '0'));
}

// An element. PROPS are its properties; those with a '-' are attributes.
// Children are elements, or texts, which stay text whatever is in them.
export function el(tag, props, ...children) {
	const made = document.createElement(tag);

	for (const [name, value] of Object.entries(props ?? {})) {
		if (name.includes('-') || name === 'scope')
			made.setAttribute(name, value);
		else
			made[name] = value;
	}
	for (const child of children.flat(Infinity)) {
		if (child instanceof Node)
			made.append(child);
		else if (child !== null && child !== undefined)
			made.append(plain(child));
	}
	return made;
}

// The words of whoever refused: the server's own where it said any.
async function reason(answer) {
	const text = await answer.text();

	try {
		const said = JSON.parse(text);

		return `${answer.status}: ${said.message ?? said.error ?? text}`;
	} catch {
		return `${answer.status} ${answer.statusText}`;
	}
}

// One call. BODY is an object, which goes as JSON, or a form with files. What
// comes back is JSON, or null where there is none. An Error has STATUS.
export async function call(method, path, body) {
	const headers = { Accept: 'application/json' };
	let answer;

	if (body !== undefined && !(body instanceof FormData)) {
		headers['Content-Type'] = 'application/json';
		body = JSON.stringify(body);
	}
	try {
		answer = await fetch(new URL(path, location.origin),
			{ method, headers, body });
	} catch {
		throw Object.assign(new Error('The sandbox does not answer'),
			{ status: 0 });
	}
	skew = (Date.parse(answer.headers.get('Date')) || Date.now()) - Date.now();
	if (!answer.ok)
		throw Object.assign(new Error(await reason(answer)),
			{ status: answer.status });
	const text = await answer.text();
	return /\bjson\b/.test(answer.headers.get('Content-Type')) && text !== '' ?
		JSON.parse(text) : null;
}

export function query(path, parameters) {
	return path + '?' + new URLSearchParams(parameters);
}

export function tell(text) {
	id('wrong').textContent = '';
	id('news').textContent = plain(text);
}

// Shows why something failed: where the dialog that asked for it is open, there.
export function fail(error) {
	const dialog = [...document.querySelectorAll('dialog[open]')].pop();
	const place = dialog?.querySelector('.wrong') ?? id('wrong');

	id('news').textContent = '';
	place.textContent = plain(error.message);
}

// What a button or a form does; BUSY elements do nothing meanwhile.
export function doing(action) {
	return async event => {
		const form = event.target.closest('form');

		event.preventDefault();
		if (form?.dataset.busy)
			return;
		if (form)
			form.dataset.busy = 'yes';
		for (const place of [id('wrong'), form?.querySelector('.wrong')])
			if (place)
				place.textContent = '';
		try {
			await action(event);
		} catch (error) {
			fail(error);
		} finally {
			if (form)
				delete form.dataset.busy;
		}
	};
}

export function button(text, key, action, kind) {
	const made = el('button',
		{ type: 'button', className: kind ?? '', 'data-key': key }, text);

	made.addEventListener('click', doing(action));
	return made;
}

// Asks before what cannot be undone. True: do it.
export function ask(title, text, verb) {
	const dialog = id('ask');

	id('ask-title').textContent = plain(title);
	id('ask-text').textContent = plain(text);
	id('ask-yes').textContent = verb;
	dialog.returnValue = 'no';
	dialog.showModal();
	return new Promise(resolve => dialog.addEventListener('close',
		() => resolve(dialog.returnValue === 'yes'), { once: true }));
}

// Puts ROWS into BODY, with one that says so where there are none. Whoever had the
// focus there has it again, or, if it is gone, the heading of the view.
export function fill(body, rows, nothing) {
	const held = body.contains(document.activeElement) ?
		document.activeElement.dataset.key : undefined;
	const columns = body.parentNode.tHead.rows[0].cells.length;

	if (rows.length === 0)
		rows = [el('tr', null,
			el('td', { colSpan: columns, className: 'none' }, nothing))];
	body.replaceChildren(...rows);
	if (held !== undefined)
		([...body.querySelectorAll('[data-key]')]
			.find(one => one.dataset.key === held) ??
			body.closest('section').querySelector('h2')).focus();
}

export function cells(...contents) {
	return el('tr', null, contents.map((content, i) =>
		content instanceof HTMLTableCellElement ? content :
			el(i === 0 ? 'th' : 'td', i === 0 ? { scope: 'row' } : null,
				content)));
}

// "2026-11-30 12:00" of an ISO text or of milliseconds
export function when(time, seconds) {
	const iso = typeof time === 'number' ? new Date(time).toISOString() :
		String(time ?? '');

	return el('time', { dateTime: iso },
		iso.slice(0, seconds ? 19 : 16).replace('T', ' '));
}

// The remaining life of a certificate: words, and a bar for the eyes.
export function life(one) {
	if (!one)
		return el('span', { className: 'none' }, 'no certificate');
	const end = Date.parse(one.notAfter);
	const total = Math.max(1,
		Math.round((end - Date.parse(one.notBefore)) / DAY));
	const left = Math.min(total,
		Math.floor((end - Date.now() - skew) / DAY));
	const gone = one.revoked ? 'revoked' : end <= Date.now() + skew && 'expired';
	const level = gone ? 0 : Math.max(0, left);
	const words = gone || `${level} of ${total} days left`;
	const near = !gone && left < total / 12;
	const fill = el('div');

	fill.style.width = `${100 * level / total}%`;
	return el('div', { className: 'life' },
		el('div', { className: near ? 'bar soon' : 'bar', role: 'meter',
			'aria-label': 'Remaining life', 'aria-valuemin': 0,
			'aria-valuemax': total, 'aria-valuenow': level,
			'aria-valuetext': words }, fill),
		el('span', { className: gone ? 'bad' : near ? 'soon' : '' }, words));
}

// The buttons below a list in pages: OF has number, size and total.
export function pager(nav, of, load) {
	const pages = Math.max(1, Math.ceil(of.total / of.size));
	const step = (text, by) => {
		const made = button(text, text, () => {
			of.number += by;
			return load();
		});
		made.disabled = of.number + by < 1 || of.number + by > pages;
		return made;
	};
	const held = nav.contains(document.activeElement) ?
		document.activeElement.dataset.key : undefined;
	const steps = [step('Previous', -1), step('Next', 1)];

	nav.replaceChildren(steps[0],
		el('span', null, `Page ${of.number} of ${pages}, ${of.total} in all`),
		steps[1]);
	if (held !== undefined)
		(steps.find(one => one.dataset.key === held && !one.disabled) ??
			steps.find(one => !one.disabled) ??
			nav.closest('section').querySelector('h2')).focus();
}

// Texts of two columns: what it is, and what it says.
export function facts(list, pairs) {
	list.replaceChildren(...pairs.flatMap(([name, value]) =>
		[el('dt', null, name), el('dd', null, value)]));
}

// A password that nobody guesses and that can be read out loud: no letter that
// looks like another one.
export function makePassword() {
	const letters = 'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789';
	const fair = 256 - 256 % letters.length;
	let made = '';

	while (made.length < 24)
		for (const byte of crypto.getRandomValues(new Uint8Array(32)))
			if (byte < fair && made.length < 24)
				made += letters[byte % letters.length];
	return made;
}

// The text of the file in a form's field.
export function fileText(form, name) {
	return form.elements[name].files[0].text();
}

// FUNCTION, once the calls to what is returned have ended for a moment.
export function settled(action) {
	let timer;

	return () => {
		clearTimeout(timer);
		timer = setTimeout(action, 250);
	};
}
