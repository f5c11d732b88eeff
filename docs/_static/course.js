// The pages are whole without this script. It adds what only a reader at a screen needs.
"use strict";

// --- small parts of a page

function element(tag, attributes = {}, ...inside) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name in made && name !== "list") {
      made[name] = value;
    } else {
      made.setAttribute(name, value);
    }
  }
  made.append(...inside);
  return made;
}

function button(text, onClick) {
  const made = element("button", { type: "button", className: "course-button", textContent: text });
  made.addEventListener("click", onClick);
  return made;
}

let idsGiven = 0;

function newId() {
  idsGiven += 1;
  return `course-${idsGiven}`;
}

// Sentences as check says them: code stands in backticks, and lines of code begin with two spaces.
function paragraphs(texts) {
  return texts.flatMap((text) => text.split("\n")).map((line) => {
    const parts = line.split("`").map((part, i) => (i % 2 ? element("code", { textContent: part }) : part));
    return element("p", { className: line.startsWith("  ") ? "as-code" : "" }, ...parts);
  });
}

function say(place, headline, texts, outcome = "") {
  place.dataset.outcome = outcome;
  place.replaceChildren(element("p", { className: "headline", textContent: headline }), ...paragraphs(texts));
}

function sayInSight(place, ...what) {
  say(place, ...what);
  place.scrollIntoView({ block: "nearest" });
}

function dataBelow(root, kind) {
  return [...root.querySelectorAll(`script.${kind}`)].map((script) => [script, JSON.parse(script.textContent)]);
}

function listed(items) {
  return items.length > 1 ? `${items.slice(0, -1).join(", ")} and ${items.at(-1)}` : String(items[0]);
}

// As Python writes a text: in single quotes, where it holds none.
function inQuotes(text) {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  return quote + text.replaceAll("\\", "\\\\").replaceAll(quote, `\\${quote}`) + quote;
}

// --- the record of a reader: in this browser only, in the form of my/progress.json

const KEPT_AS = "sepconv-progress";
const VERSION = 1;
const EMPTY = { version: VERSION, guesses: {}, checks: {}, again: {}, asked: [] };
const CHECK = { attempts: 0, solved: false, mistakes: {}, hints: 0, solution: false };

function record() {
  try {
    return readRecord(localStorage.getItem(KEPT_AS)) ?? structuredClone(EMPTY);
  } catch { // no storage in this browser, or something else stands there
    return structuredClone(EMPTY);
  }
}

// A record as far as it has the right form; null where there is none.
function readRecord(text) {
  const found = JSON.parse(text);
  if (found === null || typeof found !== "object" || Array.isArray(found)) {
    return null;
  }
  if (found.version > VERSION) {
    throw new RangeError("A newer version of the course has written this file.");
  }
  if (typeof found.version !== "number" || !found.guesses || !found.checks) {
    return null;
  }
  const checks = Object.entries(found.checks).filter(([, check]) => alike(check, CHECK));
  const guesses = Object.entries(found.guesses).filter(([, guess]) => alike(guess, { outcome: "", thought: "" }));
  const again = Object.entries(found.again ?? {}).filter(([, due]) => alike(due, { due: 0, times: 0 }));
  const asked = Array.isArray(found.asked) ? found.asked : [];
  return { version: VERSION, guesses: Object.fromEntries(guesses), checks: Object.fromEntries(checks), again: Object.fromEntries(again), asked };
}

function alike(data, form) {
  return data !== null && typeof data === "object" && Object.keys(form).every((key) => typeof data[key] === typeof form[key]);
}

function change(how) {
  const now = record();
  how(now);
  try {
    localStorage.setItem(KEPT_AS, JSON.stringify(now));
  } catch { // it lasts until the page is left
  }
}

function goOverAgain(now, mistake, lesson) {
  if (mistake) {
    now.again[mistake] = { due: lesson + 1, times: 0 };
  }
}

function noteGuess(guess, reply) {
  change((now) => {
    // The first one counts: a second is made with what came out in view.
    if (["right", "near", "other"].includes(reply.outcome) && !now.guesses[guess.name]) {
      now.guesses[guess.name] = { outcome: reply.outcome, thought: reply.thought };
      goOverAgain(now, reply.thought, guess.lesson);
    }
  });
}

function noteCheck(question, verdict) {
  change((now) => {
    const check = now.checks[question.name] ??= structuredClone(CHECK);
    check.attempts += 1;
    check.solved ||= verdict.outcome === "correct";
    if (verdict.mistake) {
      check.mistakes[verdict.mistake] = (check.mistakes[verdict.mistake] ?? 0) + 1;
      goOverAgain(now, verdict.mistake, question.lesson);
    }
  });
}

function noteHelp(name, hints, solution) {
  change((now) => {
    const check = now.checks[name] ??= structuredClone(CHECK);
    check.hints = Math.max(check.hints, hints);
    check.solution ||= solution;
  });
}

// --- a guess is answered in the words of reveal() (sepconv/checking/guessing.py)
// A part of a guess is a whole number, {f: a number with decimals}, a word, {set: […]} or {order: […]}.

const ASKED = { number: "a number", factor: "a number", share: "a share", word: "a word", set: "a set", order: "names in order" };

function replyTo(guess, typed) {
  if (typed.length === 1 && ["", "?"].includes(typed[0])) return { outcome: "none", thought: "", text: "Your guess: none yet." };
  const { kinds, right, choices } = guess;
  const outcome = inWords(kinds, right);
  const parts = kinds.map((kind, i) => asMeant(kind, typed[i], choices));
  if (parts.includes(null)) {
    const was = typed.length > 1 ? `(${typed.map(inQuotes).join(", ")})` : inQuotes(typed[0]);
    return { outcome: "unclear", thought: "", text: `Your guess: ${was}. Asked was: ${whatIsAsked(kinds, choices)}. It came out as ${outcome}.` };
  }
  const said = `Your guess: ${inWords(kinds, parts)}.`;
  const steps = kinds.map((kind, i) => howNear(kind, parts[i], right[i]));
  if (steps.every((step) => step === "right")) {
    const exact = inWords(kinds, parts) === outcome ? "" : ` It came out as ${outcome}.`;
    return { outcome: "right", thought: "", text: `${said} Right.${exact}` };
  }
  const thought = thoughtBehind(guess, parts, steps);
  const near = !steps.includes("other");
  const about = near ? `Near: it came out as ${outcome}.` : howFar(kinds, parts, right, steps, outcome);
  const why = thought ? `\nYour guess is what one gets when ${thought.says}` : "";
  return { outcome: near ? "near" : "other", thought: thought?.key ?? "", text: `${said} ${about}${why}` };
}

function whatIsAsked(kinds, choices) {
  const alike = kinds.length > 1 && new Set(kinds).size === 1;
  const asked = alike ? `${kinds.length} ${kinds[0]}s` : listed(kinds.map((kind) => ASKED[kind]));
  return choices.length ? `${asked} (${choices.join(", ")})` : asked;
}

function asMeant(kind, text, choices) {
  if (kind === "set" || kind === "order") {
    return several(kind, text);
  }
  if (kind === "word") {
    const word = text.trim().replace(/^["'.]+|["'.]+$/g, "").toLowerCase();
    return choices.length ? choices.find((choice) => bare(choice) === bare(word)) ?? null : word;
  }
  const number = readNumber(text);
  const isPercent = number !== null && (Math.abs(size(number)) > 1 || text.includes("%"));
  return kind === "share" && isPercent ? { f: size(number) / 100 } : number;
}

function bare(word) {
  return word.toLowerCase().replace(/^(an?|the) /, "");
}

function several(kind, text) {
  const pieces = text.replace(/^[ (){}[\]]+|[ (){}[\]]+$/g, "").split(/(?:[,;\s>]|\band\b)+/);
  const items = pieces.filter(Boolean).map((item) => readNumber(item) ?? item.replace(/^["']+|["']+$/g, "").toLowerCase());
  return kind === "set" ? { set: inOrder([...new Map(items.map((item) => [key(item), item])).values()]) } : { order: items };
}

function readNumber(text) {
  const tidy = text.trim().replace(/^[×x%≈~ ]+|[×x%≈~ ]+$/g, "").replace(/(?<=\d)[,_](?=\d{3}\b)/g, "");
  if (/^-?\d+$/.test(tidy)) {
    return Number(tidy);
  }
  const fraction = /^([+-]?\d+)\/(\d+)$/.exec(tidy);
  const isDecimal = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(tidy);
  const number = fraction ? fraction[1] / fraction[2] : isDecimal ? Number(tidy) : NaN;
  return Number.isFinite(number) ? { f: number } : null;
}

function size(number) {
  return number.f ?? number;
}

function isNumber(part) {
  return typeof part === "number" || part.f !== undefined;
}

function key(part) {
  return isNumber(part) ? `number ${size(part)}` : JSON.stringify(part.order?.map(key) ?? part.set?.map(key).sort() ?? part);
}

function inOrder(items) {
  if (items.every(isNumber)) {
    return items.sort((one, other) => size(one) - size(other));
  }
  const name = items.every((item) => typeof item === "string") ? (item) => item : described;
  return items.sort((one, other) => (name(one) < name(other) ? -1 : 1));
}

function howNear(kind, part, right) {
  if (kind === "word" || kind === "set" || kind === "order" || key(part) === key(right)) {
    return key(part) === key(right) ? "right" : "other";
  }
  const [given, target] = [size(part), size(right)];
  const isExact = typeof right === "number";
  const step = (off, exact, close) => (off <= exact ? "right" : off <= close ? "near" : "other");
  if (kind === "factor") {
    return step(given * target > 0 ? Math.max(given / target, target / given) : Infinity, 1.1, 2);
  }
  if (kind === "share") {
    return step(Math.abs(given - target) - 1e-9, 0.02, 0.1);
  }
  const off = target ? Math.abs(given - target) / Math.abs(target) : Infinity;
  return isExact ? step(off, -1, Math.abs(target) >= 20 ? 0.1 : -1) : step(off, 0.01, 0.1);
}

function thoughtBehind({ kinds, thoughts }, parts, steps) {
  return thoughts.find((thought) => {
    const meant = kinds.map((_, i) => i).filter((i) => thought.parts[i] !== null);
    return thought.parts.length === kinds.length && meant.some((i) => steps[i] !== "right") &&
      meant.every((i) => howNear(kinds[i], parts[i], thought.parts[i]) === "right");
  });
}

function howFar(kinds, parts, right, steps, outcome) {
  const cameOut = `It came out as ${outcome}`;
  if (parts.length > 1) {
    return `${cameOut}: ${steps.filter((step) => step === "right").length} of ${parts.length} right.`;
  }
  const [[kind], [part], [target]] = [kinds, parts, right];
  if (kind === "set") {
    const without = (some, others) => some.set.filter((item) => !others.set.map(key).includes(key(item))).map(described);
    const [extra, missing] = [without(part, target), without(target, part)];
    const about = [["without", extra], ["with", missing]].filter(([, some]) => some.length);
    return `${cameOut}: ${about.map(([word, some]) => `${word} ${listed(some)}`).join(" and ")}.`;
  }
  if (kind === "word" || kind === "order") {
    return `${cameOut}.`;
  }
  const [given, wanted] = [size(part), size(target)];
  const way = given < wanted ? "too low" : "too high";
  const factor = Math.max(given / wanted, wanted / given);
  if (given * wanted > 0 && factor >= 2) {
    return `${cameOut}: ${way} by a factor of ${shown({ f: factor })}.`;
  }
  const off = Math.abs(wanted - given);
  return `${cameOut}: ${way} by ${shown(typeof part === "number" && typeof target === "number" ? off : { f: off })}.`;
}

function inWords(kinds, parts) {
  return listed(parts.map((part, i) => (kinds[i] === "word" ? part : isNumber(part) ? shown(part) : items(part))));
}

function items(part) {
  const texts = (part.set ?? part.order).map((item) => (typeof item === "string" ? item : described(item)));
  if (part.order) {
    return texts.join(", ");
  }
  return texts.length ? `{${texts.join(", ")}}` : "the empty set";
}

function described(item) {
  if (item.order) {
    return `(${item.order.map(described).join(", ")})`;
  }
  return item.f === undefined ? (typeof item === "string" ? inQuotes(item) : String(item)) : item.f % 1 ? String(item.f) : item.f.toFixed(1);
}

// A whole number with commas, another one to three digits, as Python's .3g writes it.
function shown(number) {
  if (number.f === undefined) {
    return number.toLocaleString("en-US");
  }
  if (Math.abs(number.f) >= 1000) {
    return toWhole(number.f).toLocaleString("en-US");
  }
  const [mantissa, exponent] = threeDigits(number.f).split("e");
  const bareOf = (text) => (text.includes(".") ? text.replace(/\.?0+$/, "") : text);
  if (exponent < -4 || exponent >= 3) {
    return `${bareOf(mantissa)}e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
  }
  return bareOf(Number(`${mantissa}e${exponent}`).toFixed(2 - exponent));
}

// Python rounds a half to the even digit, and JavaScript away from zero.
function toWhole(number) {
  const whole = Math.round(Math.abs(number));
  return Math.sign(number) * (Math.abs(number) % 1 === 0.5 && whole % 2 ? whole - 1 : whole);
}

function threeDigits(number) {
  const rounded = number.toExponential(2), exact = number.toExponential(40);
  const isHalf = /^-?\d\.\d\d50*e/.test(exact) && /[13579]e/.test(rounded);
  return isHalf ? exact.replace(/^(-?\d\.\d\d)\d*/, "$1") : rounded;
}

// --- guess and reveal: what came out waits for a guess, or until it is asked for

function setUpGuesses() {
  for (const [script, guess] of dataBelow(document, "course-guess")) {
    guess.isOpen = guess.name in record().guesses;
    script.guess = guess;
    script.after(guessForm(script, guess));
  }
  for (const section of sectionsWithGuesses()) {
    fold(section);
    section.addEventListener("beforematch", (event) => openAt(event.target));
  }
  openAt(document.getElementById(decodeURIComponent(location.hash.slice(1))));
  addEventListener("hashchange", () => openAt(document.getElementById(decodeURIComponent(location.hash.slice(1)))));
}

function sectionsWithGuesses() {
  return new Set([...document.querySelectorAll("script.course-guess")].map((script) => script.parentElement));
}

// From the cell that reveals what came out to the end of the section, or as far as the next guess lets one see.
function fold(section) {
  let waits = false, isFolded = false;
  for (const part of section.children) {
    if (part.matches("section")) {
      return;
    }
    hide(part, isFolded);
    waits ||= part.guess && !part.guess.isOpen;
    const output = part.querySelector(":scope > .cell_output");
    if (output && !output.querySelector("iframe")) { // an explorer is no result: it is there to be touched
      hide(output, waits);
    }
    isFolded ||= waits && part.matches(".tag_reveals");
  }
}

function hide(part, hidden) {
  if (hidden) {
    part.setAttribute("hidden", "until-found"); // a search in the page opens it
  } else if (part.getAttribute("hidden") === "until-found") {
    part.removeAttribute("hidden");
  }
}

// Open what lies above a place that somebody looks for.
function openAt(place) {
  const section = place?.closest("section:has(> script.course-guess)");
  if (!section || place === section) {
    return;
  }
  for (const script of section.querySelectorAll(":scope > script.course-guess")) {
    script.guess.isOpen ||= Boolean(script.compareDocumentPosition(place) & Node.DOCUMENT_POSITION_FOLLOWING);
  }
  fold(section);
}

function guessForm(script, guess) {
  const reply = element("div", { className: "reply", role: "status" });
  const fields = guess.kinds.map((kind, i) => guessField(guess, kind, i));
  const guessIt = element("button", { type: "submit", className: "course-button first", textContent: "Guess" });
  const showMe = button("Show me", () => {
    unfold(script, guess);
    sayInSight(reply, "What came out is shown below.", []);
  });
  const legend = guess.label && (fields.length > 1 || guess.choices.length) ? `Your guess: ${guess.label}` : "Your guess";
  const group = element("fieldset", {}, element("legend", { textContent: legend }), ...fields);
  const form = element("form", { className: "question guess", noValidate: true }, group, element("div", { className: "actions" }, guessIt, showMe), reply);
  const before = record().guesses[guess.name];
  if (before) {
    say(reply, `You have guessed this: ${{ right: "right", near: "near" }[before.outcome] ?? "it came out otherwise"}.`, []);
  }
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const typed = guess.kinds.map((kind, i) => (isNumeric(kind) ? withPoint(valueOf(form, `part-${i}`)) : valueOf(form, `part-${i}`)));
    if (typed.some((text) => text.trim() === "" || text.trim() === "?")) {
      sayInSight(reply, typed.length > 1 ? "Fill in every part; any guess will do." : "Put in a guess; any will do.", []);
      return;
    }
    const answer = replyTo(guess, typed);
    noteGuess(guess, answer);
    unfold(script, guess);
    const [first, ...rest] = answer.text.split("\n");
    sayInSight(reply, first, rest, answer.outcome);
  });
  return form;
}

function unfold(script, guess) {
  guess.isOpen = true;
  fold(script.parentElement);
}

function guessField(guess, kind, i) {
  const name = `part-${i}`, count = guess.kinds.length;
  const label = namesOfParts(guess)?.[i] ?? (count > 1 ? `${i + 1} of ${count}: ${ASKED[kind]}` : ASKED[kind]);
  if (kind === "word" && guess.choices.length) {
    return count > 1 ? menu(name, label, guess.choices) : choiceOf("radio", name, guess.choices);
  }
  const like = { share: "45 % or 0.45", set: guess.right[i].set?.every(isNumber) ? "such as 0, 2" : "with commas between them", order: "such as B, A" }[kind];
  const asked = count === 1 && guess.label ? guess.label : like ? `${label}, ${like}` : label;
  return textField(name, asked, isNumeric(kind) && keysFor([...guess.right, ...guess.thoughts.flatMap((thought) => thought.parts), asked]));
}

// What each part is, where the label lists as much: 'two numbers: connections, weights' or 'bank a, bank b: twice "yes" or "no"'.
function namesOfParts({ kinds, label }) {
  const lists = (label ?? "").split(": ").map((side) => side.split(",").map((name) => name.trim().replace(/^(and )?(for )?/, "")));
  const isList = (names) => names.length === kinds.length && !names.some((name) => /"|^(two|three|four) /.test(name));
  return kinds.length > 1 && lists.length > 1 ? lists.reverse().find(isList) : null;
}

function isNumeric(kind) {
  return kind === "number" || kind === "factor" || kind === "share";
}

// --- fields

// A phone's keys for numbers have no sign and no slash on some: where one may be wanted, it shows all of its keys.
function keysFor(values) {
  return values.some((value) => /(^|\W)-\d|\d\/\d/.test(JSON.stringify(value))) ? "text" : "decimal";
}

// In many countries these keys have a comma and no point.
function withPoint(text) {
  const [, whole, decimals] = /^\D*(\d*),(\d+)\D*$/.exec(text) ?? [];
  return decimals && (decimals.length !== 3 || Number(whole) === 0) ? text.replace(",", ".") : text;
}

function textField(name, label, keys) {
  const asTyped = { autocomplete: "off", autocapitalize: "none", autocorrect: "off", spellcheck: false };
  const field = element("input", { type: "text", name, id: newId(), maxLength: 80, inputMode: keys || "text", className: keys ? "short" : "", ...asTyped });
  return element("span", { className: "field" }, element("label", { htmlFor: field.id, textContent: label }), field);
}

function menu(name, label, options) {
  const texts = options.map((option) => (Array.isArray(option) ? option : [option, option]));
  const entries = texts.map(([value, text]) => element("option", { value, textContent: text }));
  const field = element("select", { name, id: newId() }, element("option", { value: "", textContent: "choose" }), ...entries);
  return element("span", { className: "field" }, element("label", { htmlFor: field.id, textContent: label }), field);
}

// Radio buttons or boxes; an option is a value, or a value and what its label shows.
function choiceOf(type, name, options) {
  const rows = options.map((option) => {
    const [value, ...text] = Array.isArray(option) ? option : [option, String(option)];
    const field = element("input", { type, name, value, id: newId() });
    return element("div", { className: "option" }, field, element("label", { htmlFor: field.id }, ...text));
  });
  return element("div", { className: "options" }, ...rows);
}

function valueOf(form, name) {
  return new FormData(form).get(name) ?? "";
}

// --- an answer is marked as check marks it (sepconv/checking/values.py, orders.py, line_sense.py, near_orders.py)

const NO_NAME = "This is not right, and no mistake that has a name leads to it. In a notebook, check says more.";
const LAST = { correct: "Correct", "not yet": "Not yet", noted: "Noted", "not attempted": "Not attempted" };

function mark(question, answer) {
  if (question.form === "order") {
    return markOrder(question, answer);
  }
  const value = tidy(meant(question, answer));
  if (holdsBlank(value)) {
    const blank = question.keys?.filter((_, i) => Array.isArray(value) && value[i] === null) ?? [];
    const says = blank.length && blank.length < question.keys.length ? [`Still blank: ${rowOf(blank)}.`] : [];
    return { outcome: "not attempted", mistake: "", says };
  }
  const verdict = question.form === "choices" ? markChoices(question, value) : markValue(question, value);
  return verdict.outcome === "noted" ? { ...verdict, says: [...verdict.says, `Lesson ${question.startsAt} is about this.`] } : verdict;
}

function markValue(question, value) {
  const found = question.said.find(([said]) => isSame(question, said, value));
  if (found) {
    const [, outcome, mistake, says] = found;
    return { outcome, mistake, says: says.map((i) => question.sentences[i]) };
  }
  const general = generalSlip(question, value);
  return general ? { outcome: "not yet", mistake: general[0], says: [`The answer was ${asDict(question, value)}. ${general[1]}`] }
    : { outcome: "not yet", mistake: "", says: [NO_NAME, ...aboutEntries(question, value)] };
}

function isSame(question, right, value) {
  if (question.form === "set") {
    const unique = Array.isArray(value) && new Set(value).size === value.length;
    return unique && right.length === value.length && right.every((item) => value.includes(item));
  }
  if (Array.isArray(right)) {
    return Array.isArray(value) && right.length === value.length && right.every((item, i) => isClose(question, item, value[i]));
  }
  return typeof right === "number" ? isClose(question, right, value) : right === value;
}

function isClose({ exact, tolerance }, right, value) {
  if (typeof value !== "number") {
    return false;
  }
  const off = exact && Number.isInteger(right) ? 0 : tolerance * Math.max(Math.abs(right), Math.abs(value), 1);
  return Math.abs(right - value) <= off;
}

// Whether all numbers of a dict are right but for one factor, or one summand.
function generalSlip(question, value) {
  if (!question.general?.length || !Array.isArray(value) || !value.every((number) => typeof number === "number")) {
    return null;
  }
  const right = question.said.find(([, outcome]) => outcome === "correct")[0];
  const [factors, summands] = [value.map((number, i) => number / right[i]), value.map((number, i) => number - right[i])];
  const isOne = (numbers) => numbers.every((number) => Math.abs(number - numbers[0]) <= 1e-6 + 1e-6 * Math.abs(numbers[0]));
  const [scaled, shifted] = question.general;
  return factors[0] !== 0 && isOne(factors) ? scaled : isOne(summands) ? shifted : null;
}

function asDict({ keys }, value) {
  return `{${keys.map(([, label], i) => `${label}: ${value[i]}`).join(", ")}}`;
}

// Of a dict of numbers: which are right, and which mistake gives a single one of the others.
function aboutEntries(question, value) {
  if (!question.keys?.length || !Array.isArray(value)) {
    return [];
  }
  const right = question.said.find(([, outcome]) => outcome === "correct")[0];
  const good = question.keys.filter((_, i) => isClose(question, right[i], value[i]));
  const byName = new Map();
  question.keys.forEach(([, label], i) => {
    const named = question.entries[i].find(([wrong]) => isClose(question, wrong, value[i]));
    if (named && !isClose(question, right[i], value[i])) {
      byName.set(named[1], [...byName.get(named[1]) ?? [], label]);
    }
  });
  const entries = [...byName].map(([name, labels]) => `${listed(labels)}: what one gets there when ${name}.`);
  return [...(good.length ? [`${rowOf(good)}: right.`] : []), ...entries];
}

function labelOf([name, label]) {
  return typeof name === "string" ? name : label;
}

function rowOf(keys) {
  const labels = keys.map(([, label]) => label);
  return labels.join(labels.some((label) => label.includes(",")) ? "; " : ", ");
}

function markChoices(question, value) {
  const { keys, options, explanations, right, named } = question;
  if (!Array.isArray(value) || value.some((item, i) => !options[i].includes(item))) {
    return { outcome: "not yet", mistake: "", says: [NO_NAME] };
  }
  const about = (which) => which.map((i) => `${labelOf(keys[i])}: ${explanations[i][value[i]]}`);
  const all = keys.map((_, i) => i), wrong = all.filter((i) => value[i] !== right[i]);
  if (!wrong.length) {
    return { outcome: "correct", mistake: "", says: about(all) };
  }
  const found = named.find(([letters]) => letters.every((letter, i) => letter === value[i]));
  const gets = found ? [`That is what one gets when ${found[2]}`] : [];
  return { outcome: "not yet", mistake: found?.[1] ?? "", says: [...gets, ...about(wrong)] };
}

// An answer in the form of the right one, where it can mean one thing only: "12" for 12, {"C"} for "C".
function meant(question, answer) {
  if (question.keys?.length) {
    const isDict = answer instanceof Map && answer.size === question.keys.length && question.keys.every(([name]) => answer.has(name));
    return isDict ? question.keys.map(([name]) => meant({ ...question, keys: [] }, answer.get(name))) : answer === null ? null : false;
  }
  const isLetter = question.form === "choice" || question.form === "choices";
  const one = isLetter && Array.isArray(answer) && answer.length === 1 ? answer[0] : answer;
  if (typeof one !== "string") {
    return one;
  }
  if (question.form === "set" && typeof question.options[0] === "string" && /^[A-Za-z]([,;\s]*[A-Za-z])*$/.test(one.trim())) {
    return one.match(/[A-Za-z]/g);
  }
  if (question.form === "number") {
    return /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/.test(one) ? Number(one) : one;
  }
  return question.words?.[one.trim().toLowerCase()] ?? one;
}

function tidy(value) {
  if (Array.isArray(value)) {
    return value.map(tidy);
  }
  const letter = typeof value === "string" ? value.trim().replace(/^[.)(]+|[.)(]+$/g, "").toUpperCase() : "";
  return letter.length === 1 ? letter : value;
}

function holdsBlank(value) {
  return value === null || (Array.isArray(value) && value.some(holdsBlank));
}

// --- an order of lines: the right ones, and those with a mistake, were found by running them when the site was built

function markOrder(question, answer) {
  const letters = [].concat(answer).join("").replace(/[\s,;.>\-→]/g, "").toUpperCase();
  const wrong = (says, mistake = "") => ({ outcome: "not yet", mistake, says: says.filter(Boolean) });
  if (!letters) {
    return { outcome: "not attempted", mistake: "", says: [] };
  }
  for (const letter of letters) {
    const times = letters.split(letter).length - 1;
    if (!(letter in question.lines)) {
      return wrong([`There is no line ${letter}: the lines are ${Object.keys(question.lines).join(", ")}.`]);
    }
    if (times > 1) {
      return wrong([`Line ${letter} is used ${times} times; each line is used at most once.`]);
    }
  }
  const [problem, reached] = noSense(question, letters);
  const is = whatItIs(question, reached);
  if (problem) {
    const mistake = question.mistakes[is] ?? ["", ""];
    return wrong([problem, mistake[1]], mistake[0]);
  }
  if (is === -1) {
    const spare = [...letters].find((letter) => whatItIs(question, letters.replace(letter, "")) === -1);
    return spare ? wrong([givenTwice(question, letters), `The program computes the right thing, but it does not need line ${spare}.`])
      : { outcome: "correct", mistake: "", says: [] };
  }
  const named = question.mistakes[is];
  return named ? wrong([givenTwice(question, letters), named[1]], named[0])
    : wrong([givenTwice(question, letters), question.searched && howFarOff(question, letters), NO_NAME]);
}

// -1 where an order computes the right thing, the number of the mistake that it makes, or undefined.
function whatItIs({ orders }, letters) {
  let node = orders.at(-1);
  for (const letter of letters) {
    node = orders[node?.[letter]];
  }
  return node?.is;
}

// At which line an order stops making sense, and how far it can be run: a line that is never reached does no harm.
function noSense(question, letters) {
  let above = question.reads[""], named = "the def line", returns = false;
  const known = new Set(above.gives);
  const capital = (text) => text[0].toUpperCase() + text.slice(1);
  for (const letter of letters) {
    const line = question.reads[letter];
    const problem = problemOf(above, named, line, `line ${letter}`, known);
    if (problem) {
      const reached = problem.includes("is never reached") ? letters.slice(0, letters.indexOf(letter)) : "";
      return [`${capital(problem)}\n  line ${letter}: ${question.lines[letter].trim()}`, reached];
    }
    line.gives.forEach((name) => known.add(name));
    returns ||= line.returns;
    [above, named] = [line, `line ${letter}`];
  }
  if (above.opens) {
    return [`${capital(named)} ends with a colon, and nothing stands below it.`, ""];
  }
  return [returns ? "" : "None of these lines returns anything.", letters];
}

function problemOf(above, named, line, name, known) {
  const capital = (text) => text[0].toUpperCase() + text.slice(1);
  if (above.returns && line.depth >= above.depth) {
    return `${name} is never reached: ${named} above it has returned.`;
  }
  if (above.opens && line.depth < above.below) {
    return `${named} ends with a colon, so what belongs to it stands below it, further to the right. ${capital(name)} does not.`;
  }
  if (line.depth > above.below) {
    return above.opens ? `${name} stands two steps or more to the right of ${named}: a line that belongs between them is not there.`
      : `${name} is indented further than ${named} above it, which does not end with a colon.`;
  }
  const unknown = line.needs.filter((needed) => !known.has(needed));
  return unknown.length ? `${name} needs ${listed(unknown)}, and no line above it gives ${unknown.length > 1 ? "any of them" : "it"} a value.` : "";
}

function givenTwice({ reads }, letters) {
  for (let i = 0; i < letters.length; i += 1) {
    const line = reads[letters[i]];
    for (const name of line.opens ? [] : line.gives) {
      for (const second of letters.slice(i + 1)) {
        const later = reads[second];
        if (later.depth < line.depth || later.returns || later.needs.includes(name)) {
          break;
        }
        if (later.gives.includes(name)) {
          return `Line ${second} gives ${name} a new value before any line has used the one from line ${letters[i]}.`;
        }
      }
    }
  }
  return "";
}

const CHANGES = {
  "left out": (letter) => `Without line ${letter} this order would compute the right thing.`,
  moved: () => "If one of these lines stood in another place, this order would compute the right thing.",
  exchanged: () => "If two of these lines changed places, this order would compute the right thing.",
  replaced: (letter) => `With another line in the place of line ${letter} this order would compute the right thing.`,
  added: () => "One line is missing: with it, this order would compute the right thing.",
};

function howFarOff(question, letters) {
  const does = (letter) => (question.does[letter] && letters.includes(letter) ? `Line ${letter} ${question.does[letter]}.` : "");
  for (const [change, letter, order] of neighbors(question, letters)) {
    if (whatItIs(question, order) === -1) {
      return `${does(letter)} ${CHANGES[change](letter)}`.trim();
    }
  }
  return [...letters].map(does).find(Boolean) ?? "";
}

// The orders that are one change away.
function* neighbors({ lines }, letters) {
  const places = [...Array(letters.length).keys()];
  const others = Object.keys(lines).filter((letter) => !letters.includes(letter));
  const without = (i) => letters.slice(0, i) + letters.slice(i + 1);
  const withAt = (text, i, letter) => text.slice(0, i) + letter + text.slice(i);
  for (const i of places) {
    yield ["left out", letters[i], without(i)];
  }
  for (const i of places) {
    for (const j of places.filter((place) => place !== i)) {
      yield ["moved", letters[i], withAt(without(i), j, letters[i])];
    }
  }
  for (const i of places) {
    for (const j of places.slice(i + 1)) {
      yield ["exchanged", letters[i], letters.slice(0, i) + letters[j] + letters.slice(i + 1, j) + letters[i] + letters.slice(j + 1)];
    }
  }
  for (const i of places) {
    for (const other of others) {
      yield ["replaced", letters[i], withAt(without(i), i, other)];
    }
  }
  for (const other of others) {
    for (let i = 0; i <= letters.length; i += 1) {
      yield ["added", other, withAt(letters, i, other)];
    }
  }
}

// --- questions in the page

function setUpQuestions() {
  for (const [script, question] of dataBelow(document, "course-question")) {
    script.before(questionForm(script, question));
  }
  for (const first of document.querySelectorAll("details.hint:first-of-type, script + details.hint")) {
    setUpHelp(first);
  }
}

function questionForm(script, question) {
  const reply = element("div", { className: "reply", role: "status" });
  const check = element("button", { type: "submit", className: "course-button first", textContent: "Check" });
  const [fields, answer] = FORMS[question.form](question, script);
  const group = element("fieldset", {}, element("legend", { textContent: `Your answer: ${question.name}` }), ...taskInList(question, script), ...fields);
  const form = element("form", { className: "question", noValidate: true }, group, element("div", { className: "actions" }, check), reply);
  if (record().checks[question.name]?.solved) {
    say(reply, "You have solved this before.", []);
  }
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const verdict = mark(question, answer(form));
    if (verdict.outcome !== "not attempted") {
      noteCheck(question, verdict);
    }
    const points = verdict.outcome === "correct" && question.points ? ` (${question.points} point${question.points > 1 ? "s" : ""})` : "";
    const says = verdict.outcome === "not attempted" && !verdict.says.length ? ["Give an answer first."] : verdict.says;
    sayInSight(reply, `${LAST[verdict.outcome]}: ${question.name}${points}`, says, verdict.outcome);
  });
  return form;
}

// Of several short questions in a list, each is put into its own form.
function taskInList({ name }, script) {
  const number = /_(\d)$/.exec(name)?.[1];
  const task = number && script.closest("section").querySelector(`:scope > ol > li:nth-child(${number})`);
  task?.classList.add("in-form");
  return task ? [element("div", { className: "task" }, ...task.cloneNode(true).childNodes)] : [];
}

// For each form of a question what makes its fields, and what reads the answer from them.
const FORMS = {
  choice: (question, script) => [[choiceOf("radio", "answer", optionTexts(question.options, script))], (form) => valueOf(form, "answer") || null],
  set: (question, script) => [[choiceOf("checkbox", "answer", optionTexts(question.options, script))], (form) => {
    const chosen = new FormData(form).getAll("answer");
    return chosen.length ? chosen.map((text) => question.options.find((option) => String(option) === text)) : null;
  }],
  number: (question) => {
    const keys = question.keys.length ? question.keys : [["a number"]];
    const right = question.said.find(([, outcome]) => outcome === "correct")[0];
    const read = (form, i) => withPoint(valueOf(form, `part-${i}`)).trim().replace(/(?<=\d)[,_ ](?=\d{3}\b)/g, "").replace("−", "-") || null;
    const fields = keys.map((key, i) => textField(`part-${i}`, labelOf(key), keysFor([right])));
    return [fields, (form) => (question.keys.length ? new Map(keys.map(([name], i) => [name, read(form, i)])) : read(form, 0))];
  },
  choices: (question, script) => {
    const fields = question.keys.map((key, i) => menu(`part-${i}`, labelOf(key), menuTexts(question.options[i], script)));
    return [fields, (form) => new Map(question.keys.map(([name], i) => [name, valueOf(form, `part-${i}`) || null]))];
  },
  order: orderFields,
};

// The task lists what the letters mean: they are taken into the labels, and not said twice.
function optionTexts(options, script) {
  const found = optionsInTask(script);
  if (!options.every((option) => found.has(String(option)))) {
    return options;
  }
  found.get(String(options[0])).closest("ul").classList.add("in-form");
  return options.map((option) => [option, ...found.get(String(option)).cloneNode(true).childNodes]);
}

function menuTexts(options, script) {
  const found = optionsInTask(script);
  return options.map((option) => {
    const text = found.get(String(option))?.textContent.trim();
    return [option, text && text.length <= 60 ? text : String(option)];
  });
}

function optionsInTask(script) {
  const found = new Map();
  for (const item of script.closest("section").querySelectorAll(":scope > ul > li")) {
    const letter = item.querySelector("strong")?.textContent.replace(".", "");
    if (letter?.length === 1 && item.textContent.trim().startsWith(letter)) {
      found.set(letter, item.querySelector("p") ?? item);
    }
  }
  return found;
}

const HOW_TO_ORDER = "Choose a line to add it at the end; choose it again to leave it out. To move it, drag it at ⠿, or use its arrows or the arrow keys.";

// Below a mark lie the lines that are left out.
function orderFields(question, script) {
  script.closest("section").querySelector(":scope > .highlight-text")?.classList.add("in-form"); // the same lines
  const chosen = element("ol", { className: "lines", "aria-label": "Your program, below the def line" });
  const rest = element("ul", { className: "lines rest", "aria-label": "Lines that are left" });
  const told = element("p", { className: "told", role: "status" });
  const lines = Object.entries(question.lines).map(([letter, text]) => orderLine(letter, text, chosen, rest, told));
  rest.append(...lines);
  const opening = element("code", { className: "def", textContent: question.opening });
  const fields = [
    element("p", { textContent: HOW_TO_ORDER }),
    opening, chosen, element("p", { className: "between", textContent: "Left out:" }), rest, told,
  ];
  return [fields, () => [...chosen.children].map((line) => line.dataset.letter).join("")];
}

function orderLine(letter, text, chosen, rest, told) {
  const line = element("li");
  line.dataset.letter = letter;
  const isIn = () => line.parentElement === chosen;
  const tell = () => {
    told.textContent = isIn() ? `Line ${letter} is number ${[...chosen.children].indexOf(line) + 1} of ${chosen.children.length}.` : `Line ${letter} is left out.`;
  };
  const move = (to) => {
    const focused = document.activeElement;
    to();
    (line.contains(focused) ? focused : line.querySelector("button")).focus();
    tell();
  };
  const grip = element("span", { className: "grip", textContent: "⠿", "aria-hidden": "true" });
  const code = element("button", { type: "button", className: "line" }, grip, element("b", { textContent: letter }), codeLine(text));
  code.addEventListener("click", () => line.matches(".dragged") || move(() => (isIn() ? rest : chosen).append(line)));
  const step = (name, label, to) => {
    const made = button(name, () => isIn() && move(to));
    made.setAttribute("aria-label", label);
    return made;
  };
  const up = step("↑", `Line ${letter} up`, () => line.previousElementSibling?.before(line));
  const down = step("↓", `Line ${letter} down`, () => line.nextElementSibling?.after(line));
  line.append(code, up, down);
  line.addEventListener("keydown", (event) => {
    const to = { ArrowUp: up, ArrowDown: down }[event.key];
    if (to) {
      event.preventDefault();
      to.click();
    }
  });
  letDrag(line, grip, [chosen, rest], tell);
  return line;
}

// Its indentation is a margin, so that what does not fit stays to the right of it.
function codeLine(text) {
  const code = element("code", { textContent: text.trim() });
  code.style.setProperty("--indent", text.length - text.trimStart().length);
  return code;
}

// A mouse drags a line anywhere, a finger drags it at its grip: elsewhere a finger scrolls the page.
function letDrag(line, grip, lists, tell) {
  line.addEventListener("pointerdown", (event) => {
    const isMouse = event.pointerType === "mouse";
    if (isMouse ? event.button === 0 && event.target.closest(".line") : grip.contains(event.target)) {
      followPointer(line, event, lists, tell);
    }
  });
}

const EDGE = 70; // pixels: nearer to the screen's edge than this, the page scrolls under the line

function followPointer(line, { clientY: from, pointerId }, lists, tell) {
  const around = lists[0].parentElement; // it stays where it is, so it does not lose the pointer as the line would
  const over = new AbortController();
  const isDragged = () => line.classList.contains("dragged");
  let y = from;
  const keepUp = () => {
    if (isDragged()) {
      scrollBy({ top: y < EDGE ? -8 : y > innerHeight - EDGE ? 8 : 0, behavior: "instant" });
      putAt(line, lists, y);
      requestAnimationFrame(keepUp);
    }
  };
  const listen = (type, then) => around.addEventListener(type, (event) => event.pointerId === pointerId && then(event), { signal: over.signal });
  const end = () => {
    over.abort();
    if (isDragged()) {
      tell();
      setTimeout(() => line.classList.remove("dragged")); // after the click, which is none
    }
  };
  listen("pointermove", (event) => {
    y = event.clientY;
    if (!isDragged() && Math.abs(y - from) > 5) {
      line.classList.add("dragged");
      around.setPointerCapture(pointerId);
      keepUp();
    }
  });
  listen("pointerup", end);
  listen("pointercancel", end);
}

function putAt(line, [chosen, rest], y) {
  const list = y < chosen.getBoundingClientRect().bottom ? chosen : rest;
  const below = [...list.children].find((other) => other !== line && y < other.getBoundingClientRect().top + other.offsetHeight / 2);
  if (line.parentElement !== list || line.nextElementSibling !== (below ?? null)) {
    list.insertBefore(line, below ?? null);
  }
}

// Hints come one at a time, and it is noted that they were read.
function setUpHelp(first) {
  const help = [];
  for (let part = first; part?.matches("details"); part = part.nextElementSibling) {
    help.push(part);
  }
  const hints = help.filter((part) => part.matches(".hint"));
  hints.slice(1).forEach((hint) => hint.classList.add("later"));
  help.forEach((part) => part.addEventListener("toggle", () => {
    if (!part.open || openedForPrint.includes(part)) {
      return;
    }
    const number = hints.indexOf(part) + 1;
    hints[number]?.classList.remove("later");
    noteHelp(part.dataset.exercise, number, !number);
  }));
}
// --- your progress: a page that shows the record, gives it out as a file, reads it back, and forgets it

function setUpProgress() {
  const place = document.querySelector(".course-progress");
  if (!place) {
    return;
  }
  const [[, course]] = dataBelow(document, "course-outline");
  const told = element("p", { role: "status" });
  const table = element("div");
  const show = () => table.replaceChildren(progressTable(course, record()), ...progressSentences(course, record()));
  const file = element("input", { type: "file", accept: ".json,application/json", id: newId() });
  const replace = async (how) => {
    const before = localStorage.getItem(KEPT_AS);
    told.textContent = await how();
    if (before && before !== localStorage.getItem(KEPT_AS)) {
      told.append(" ", button("Take it back", () => replace(() => {
        localStorage.setItem(KEPT_AS, before);
        return "Your progress is as it was.";
      })));
    }
    show();
  };
  file.addEventListener("change", () => replace(async () => {
    const said = file.files[0] ? takeRecord(await file.files[0].text()) : "";
    file.value = "";
    return said;
  }));
  const forget = () => replace(() => {
    localStorage.removeItem(KEPT_AS);
    return "All of your progress is forgotten.";
  });
  const actions = element("div", { className: "actions" },
    button("Save as a file", giveRecord),
    element("span", { className: "field" }, element("label", { htmlFor: file.id, textContent: "Read progress.json" }), file),
    button("Forget everything", forget));
  place.replaceChildren(table, actions, told);
  show();
}

function progressTable(course, now) {
  const head = element("tr", {}, ...["Lesson", "Guesses", "Exercises"].map((text) => element("th", { scope: "col", textContent: text })));
  const rows = course.lessons.map((lesson) => element("tr", {},
    element("th", { scope: "row" }, element("a", { href: lesson.page, textContent: lesson.title })),
    element("td", { textContent: guessesInWords(lesson.guesses.map((name) => now.guesses[name]?.outcome)) }),
    element("td", {}, solvedInWords(lesson, now))));
  return element("table", { className: "table" }, element("thead", {}, head), element("tbody", {}, ...rows));
}

function guessesInWords(outcomes) {
  const made = outcomes.filter(Boolean).length;
  const count = (which) => outcomes.filter((outcome) => outcome === which).length;
  const counts = made ? `: ${count("right")} right, ${count("near")} near` : "";
  return outcomes.length ? `${made} of ${outcomes.length} made${counts}` : "no guesses";
}

function solvedInWords({ exercises, exercisePage }, now) {
  const solved = exercises.filter((name) => now.checks[name]?.solved).length;
  return exercises.length ? element("a", { href: exercisePage, textContent: `${solved} of ${exercises.length} solved` }) : "no exercises with points";
}

function progressSentences(course, now) {
  const left = course.lessons.flatMap((lesson) => lesson.exercises.map((name) => ({ name, lesson }))).filter(({ name }) => !now.checks[name]?.solved);
  const next = left.find(({ name }) => name in now.checks) ?? left[0];
  const times = {};
  const met = (thought, count) => { times[thought] = (times[thought] ?? 0) + count; };
  Object.values(now.guesses).forEach(({ thought }) => met(thought, 1));
  Object.values(now.checks).forEach(({ mistakes }) => Object.entries(mistakes).forEach(([id, count]) => met(id, count)));
  const often = Object.entries(times).filter(([id, count]) => count > 1 && course.names[id]).sort((one, other) => other[1] - one[1]).slice(0, 8);
  const rows = often.map(([id, count]) => element("li", {}, element("a", { href: `mistakes.html?find=${encodeURIComponent(course.names[id])}`, textContent: course.names[id] }), `: ${count} times`));
  return [
    element("p", { textContent: next ? `Next: ${next.name}, in ${next.lesson.title}.` : "Every exercise is solved." }),
    ...(rows.length ? [element("p", { textContent: "Thoughts that came back:" }), element("ul", {}, ...rows)] : []),
  ];
}

function giveRecord() {
  const address = URL.createObjectURL(new Blob([JSON.stringify(record())], { type: "application/json" }));
  element("a", { href: address, download: "progress.json" }).click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}

// What is read takes the place of what was kept; what is no record changes nothing.
function takeRecord(text) {
  try {
    const found = readRecord(text);
    if (found) {
      localStorage.setItem(KEPT_AS, JSON.stringify(found));
      return "Your progress was read from the file.";
    }
    return "This file is no record of progress; nothing was changed.";
  } catch (error) {
    return error instanceof RangeError ? error.message : "This file is no record of progress; nothing was changed.";
  }
}

// --- the page of mistakes: those that hold each word that was typed

function setUpMistakes() {
  const place = document.querySelector(".course-find");
  if (!place) {
    return;
  }
  const told = element("span", { role: "status" });
  const field = element("input", { type: "search", id: newId(), autocomplete: "off", value: new URLSearchParams(location.search).get("find") ?? "" });
  const find = () => { told.textContent = findMistakes(field.value); };
  field.addEventListener("input", find);
  place.replaceChildren(element("label", { htmlFor: field.id, textContent: "Find a mistake, such as biases or groups" }), field, told);
  place.hidden = false;
  if (field.value) {
    find();
  }
}

function findMistakes(typed) {
  const words = typed.toLowerCase().match(/\S+/g) ?? [];
  const holds = (text) => words.every((word) => text.includes(word));
  let found = 0;
  for (const list of document.querySelectorAll("ul.mistakes")) {
    const about = list.parentElement.querySelector("h3").textContent.toLowerCase();
    const rows = [...list.children].filter((row) => {
      row.hidden = !holds(`${about} ${row.textContent.toLowerCase()}`);
      return !row.hidden;
    });
    found += rows.length;
    list.parentElement.hidden = !rows.length;
  }
  for (const section of document.querySelectorAll("section:has(> section > ul.mistakes)")) {
    section.hidden = !section.querySelector(":scope > section:not([hidden])");
  }
  return words.length ? `${found} found` : "";
}

// --- the site as an app: what was loaded once is there without a network

function installWorker() {
  const root = document.documentElement.dataset.content_root;
  const isHere = root && location.protocol.startsWith("http") && "serviceWorker" in navigator;
  if (isHere && !navigator.connection?.saveData) {
    navigator.serviceWorker.register(`${root}sw.js`).catch(() => {}); // the pages can be read without it
  }
}

// --- print: on white paper, and what is folded is opened; afterwards all is as it was

const openedForPrint = [];
let themeOnScreen = null;

function preparePrint() {
  themeOnScreen = document.documentElement.dataset.theme;
  document.documentElement.dataset.theme = "light";
  for (const details of document.querySelectorAll(".bd-article details:not([open])")) {
    details.open = true;
    openedForPrint.push(details);
  }
}

function endPrint() {
  document.documentElement.dataset.theme = themeOnScreen;
  openedForPrint.splice(0).forEach((details) => { details.open = false; });
  document.documentElement.classList.remove("worksheet");
}

function printWorksheet() {
  document.documentElement.classList.add("worksheet");
  window.print();
}

addEventListener("beforeprint", preparePrint);
addEventListener("afterprint", endPrint);

// --- the theme's buttons that unfold a part of the contents have no name: they get that of the page above

function nameContentsButtons() {
  for (const summary of document.querySelectorAll(".bd-sidebar-primary details > summary")) {
    const page = summary.parentElement.parentElement.querySelector("a");
    summary.setAttribute("aria-label", `Pages below ${page.textContent.trim()}`);
  }
}

// --- search: what is found is quoted from the page's own text, not from the theme's menus

function quoteOwnText() {
  const quote = Search.htmlToText;
  Search.htmlToText = (html, anchor) => {
    const page = new DOMParser().parseFromString(html, "text/html");
    page.querySelectorAll(".bd-header-article, .bd-sidebar-secondary, .prev-next-footer, #jb-print-docs-body").forEach((part) => part.remove());
    return quote(page.documentElement.outerHTML, anchor);
  };
}

// --- the explorer: its page knows the system's light and dark, not the one that was chosen here

function colorExplorers() {
  const theme = getComputedStyle(document.documentElement);
  const colors = { ink: "text-base", paper: "background", line: "text-muted", raised: "surface" };
  for (const frame of document.querySelectorAll(".sepconv-explorer iframe")) {
    for (const part of frame.contentDocument?.querySelectorAll(".sx, .sx-page") ?? []) {
      part.style.colorScheme = document.documentElement.dataset.theme;
      for (const [its, ours] of Object.entries(colors)) {
        part.style.setProperty(`--sx-${its}`, theme.getPropertyValue(`--pst-color-${ours}`));
      }
    }
  }
}

addEventListener("load", () => {
  colorExplorers();
  // The explorer is unpacked after its page has loaded.
  for (const frame of document.querySelectorAll(".sepconv-explorer iframe")) {
    const unpacking = new MutationObserver(() => {
      if (frame.contentDocument.querySelector(".sx")) {
        unpacking.disconnect();
        colorExplorers();
      }
    });
    unpacking.observe(frame.contentDocument.body, { childList: true, subtree: true, attributes: true });
  }
  new MutationObserver(colorExplorers).observe(document.documentElement, { attributeFilter: ["data-theme"] });
});

addEventListener("DOMContentLoaded", () => {
  nameContentsButtons();
  if (typeof Search !== "undefined") {
    quoteOwnText();
  }
  setUpGuesses();
  setUpQuestions();
  setUpProgress();
  setUpMistakes();
  for (const line of document.querySelectorAll(".guess-first")) {
    line.hidden = false;
    line.append(button("Show all results", () => {
      document.querySelectorAll("script.course-guess").forEach((script) => unfold(script, script.guess));
      line.hidden = true;
    }));
  }
  for (const line of document.querySelectorAll(".for-print")) {
    line.hidden = false;
    const print = line.querySelector("button");
    print.className = "course-button";
    print.addEventListener("click", printWorksheet);
  }
});

document.documentElement.classList.add("scripted");
addEventListener("load", installWorker);
