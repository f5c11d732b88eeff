// An anywidget, and a page of its own (host).
// Comments stand on lines of their own: page.py takes such lines out.

// ---- Arithmetic: pure functions, which the tests compare with PyTorch
// s: the settings. conv: one convolution of them. A cell is [channel, row, column], a weight [output, input, row, column].

export const LIMITS = {
  in_channels: [1, 16], out_channels: [1, 16], groups: [1, 16], kernel_size: [1, 7], stride: [1, 4],
  padding: [0, 4], dilation: [1, 4], depth_multiplier: [1, 4], input_size: [1, 12],
};
const MOST_NUMBERS = 1500, LARGEST_OUTPUT = 24;

const range = (least, end) => Array.from({ length: end - least }, (_, n) => least + n);
const dict = (names, value) => Object.fromEntries(names.map(name => [name, value(name)]));
const cross = (...lists) => lists.reduce((all, list) => all.flatMap(head => list.map(item => [...head, item])), [[]]);

export const outputSize = (size, kernel, stride, padding, dilation) =>
  Math.floor((size + 2 * padding - dilation * (kernel - 1) - 1) / stride) + 1;

const isTwo = s => s.view === "two-stage", isTransposed = s => s.view === "transposed";
export const transposedSize = s => (s.input_size - 1) * s.stride - 2 * s.padding + s.dilation * (s.kernel_size - 1) + 1;

function convolution(name, inputs, outputs, kernel, stride, padding, dilation, groups, size) {
  const out = outputSize(size, kernel, stride, padding, dilation);
  return { name, inputs, outputs, kernel, stride, padding, dilation, groups, size, out, inEach: inputs / groups, outEach: outputs / groups };
}

// One convolution, or two: depthwise, then pointwise. A transposed one is the convolution that leads back, from its
// output to its input, with the same weights: who reads there is read here.
export function stages(s) {
  const first = [s.kernel_size, s.stride, s.padding, s.dilation], middle = s.in_channels * s.depth_multiplier;
  if (isTransposed(s)) return [convolution("weight", s.out_channels, s.in_channels, ...first, s.groups, transposedSize(s))];
  if (!isTwo(s)) return [convolution("weight", s.in_channels, s.out_channels, ...first, s.groups, s.input_size)];
  const depthwise = convolution("depthwise", s.in_channels, middle, ...first, s.in_channels, s.input_size);
  return [depthwise, convolution("pointwise", middle, s.out_channels, 1, 1, 0, 1, 1, depthwise.out)];
}

export const weightCount = conv => conv.outputs * conv.inEach * conv.kernel ** 2;
export const macs = conv => weightCount(conv) * conv.out ** 2;
const groupOfOutput = (conv, o) => Math.floor(o / conv.outEach);
const groupOfInput = (conv, i) => Math.floor(i / conv.inEach);
const weightExists = (conv, o, i) => groupOfOutput(conv, o) === groupOfInput(conv, i);
const inside = (conv, [, row, column]) => [row, column].every(at => at >= 0 && at < conv.size);
// The row (or column) of the input that row a of the kernel meets when the output is at this row.
const met = (conv, at, a) => at * conv.stride - conv.padding + a * conv.dilation;

// What an output cell reads: input cells, zeros of the padding, and the weights that `all` of them meet, in order.
export function reads(conv, [o, row, column]) {
  const start = groupOfOutput(conv, o) * conv.inEach, taps = range(0, conv.kernel);
  const weights = cross([o], range(start, start + conv.inEach), taps, taps);
  const all = weights.map(([, i, a, b]) => [i, met(conv, row, a), met(conv, column, b)]);
  return { weights, all, cells: all.filter(cell => inside(conv, cell)), zeros: all.filter(cell => !inside(conv, cell)) };
}

// Whom an input cell feeds, and through which weights. Zeros of the padding have rows and columns outside the image.
export function feeds(conv, [i, row, column]) {
  const start = groupOfInput(conv, i) * conv.outEach;
  const windows = place => range(0, conv.kernel).map(a => [(place + conv.padding - a * conv.dilation) / conv.stride, a])
    .filter(([at]) => Number.isInteger(at) && at >= 0 && at < conv.out);
  const found = cross(range(start, start + conv.outEach), windows(row), windows(column));
  return { cells: found.map(([o, [r], [c]]) => [o, r, c]), weights: found.map(([o, [, a], [, b]]) => [o, i, a, b]) };
}

// Every product of a weight: which input cell (or zero) it meets, and in which output cell that ends.
export const products = (conv, [o, i, a, b]) => cross(range(0, conv.out), range(0, conv.out))
  .map(([row, column]) => ({ input: [i, met(conv, row, a), met(conv, column, b)], output: [o, row, column] }));

// The rows, and columns, that some window reads.
export const usedLines = conv => new Set(cross(range(0, conv.out), range(0, conv.kernel)).map(([at, a]) => met(conv, at, a)));

// Every number of groups, with why it cannot be chosen, or "".
export const legalGroups = (inputs, outputs) => range(1, Math.max(inputs, outputs) + 1)
  .map(value => ({ value, why: inputs % value || outputs % value ? `does not divide both ${inputs} and ${outputs}` : "" }));

// The values of a setting in the same form.
export function choices(s, name) {
  if (name === "groups") return legalGroups(s.in_channels, s.out_channels);
  return range(LIMITS[name][0], LIMITS[name][1] + 1).map(value => ({ value, why: misfit({ ...s, [name]: value }) }));
}

// Why sizes do not fit together, or "".
function misfit(s) {
  const span = s.dilation * (s.kernel_size - 1) + 1, padded = s.input_size + 2 * s.padding, out = transposedSize(s);
  if (!isTransposed(s)) return span > padded ? `the kernel spans ${span}, the padded image ${padded}` : "";
  return out < 1 ? "the padding cuts all of the output off" : out > LARGEST_OUTPUT ? `the output would be ${out} wide` : "";
}

// Repairs what new channels or a new view made illegal, and says so.
export function settle(s) {
  const t = { ...s, [isTwo(s) ? "groups" : "depth_multiplier"]: 1 };
  while (t.in_channels % t.groups || t.out_channels % t.groups) t.groups--;
  const repairs = !isTransposed(t) ? { input_size: 1, dilation: -1 } : transposedSize(t) < 1 ? { padding: -1 } : { stride: -1, dilation: -1 };
  for (const [name, step] of Object.entries(repairs)) while (misfit(t) && t[name] !== LIMITS[name][step > 0 ? 1 : 0]) t[name] += step;
  const moved = Object.keys(repairs).filter(name => t[name] !== s[name]).map(name => `${name.replace("_", " ")} is now ${t[name]}, so that it fits. `);
  if (!isTwo(s) && t.groups !== s.groups) moved.unshift(`groups = ${s.groups} does not divide both numbers of channels: now ${t.groups}. `);
  return { settings: t, note: moved.join("") };
}

const grouped = s => legalGroups(s.in_channels, s.out_channels).find(({ value, why }) => value > 1 && !why);
const wide = s => (s.kernel_size > 1 ? {} : { kernel_size: Math.min(3, s.input_size + 2 * s.padding), dilation: 1 });
const puzzle = { in_channels: 3, out_channels: 4, groups: 1, kernel_size: 3, padding: 1, dilation: 1, depth_multiplier: 1, input_size: 4 };
export const PRESETS = {
  Standard: s => ({ view: "one", ...wide(s), groups: 1 }),
  Grouped: s => ({ view: "one", ...wide(s), ...(grouped(s) ? { groups: grouped(s).value } : { in_channels: 4, out_channels: 4, groups: 2 }) }),
  Depthwise: s => ({ view: "one", ...wide(s), out_channels: s.in_channels, groups: s.in_channels }),
  Pointwise: () => ({ view: "one", kernel_size: 1, padding: 0, dilation: 1, groups: 1 }),
  Separable: s => ({ view: "two-stage", ...wide(s) }),
  Transposed: s => ({ view: "transposed", ...wide(s) }),
  "Puzzle: standard": () => ({ ...puzzle, view: "one", stride: 2 }),
  "Puzzle: separable": () => ({ ...puzzle, view: "two-stage", stride: 1 }),
};

// ---- Maps: their cells, what is lit, and what is said

const mapsOf = s => (isTwo(s) ? ["input", "depthwise", "middle", "pointwise", "output"] : ["input", "weight", "output"]);
const isWeights = key => ["weight", "depthwise", "pointwise"].includes(key);
const pixelMaps = s => mapsOf(s).filter(key => !isWeights(key));
// The same in the order in which `stages` reads them. The first has the rim: zeros of the padding, or what it cuts off.
const readInOrder = s => (isTransposed(s) ? ["output", "input"] : pixelMaps(s));
const stageOf = key => (key === "pointwise" ? 1 : 0);

// A map's convolution, the range of each index of its cells, and the group of a cell.
function mapOf(s, key) {
  const convs = stages(s), conv = isWeights(key) ? convs[stageOf(key)] : key === "output" ? convs.at(-1) : convs[0];
  const { padding, size, out, kernel } = conv;
  if (key === readInOrder(s)[0]) {
    const line = range(-padding, size + padding);
    return { conv, size, padding, ranges: [range(0, conv.inputs), line, line], group: ([i]) => groupOfInput(conv, i) };
  }
  const taps = range(0, kernel), line = range(0, out), outputs = range(0, conv.outputs), group = ([o]) => groupOfOutput(conv, o);
  return { conv, size: out, padding: 0, group, ranges: isWeights(key) ? [outputs, range(0, conv.inputs), taps, taps] : [outputs, line, line] };
}

function isThere(s, at, gaps = false) {
  if (!at || !mapsOf(s).includes(at.key)) return false;
  const { conv, ranges } = mapOf(s, at.key), [o, i] = at.cell;
  return ranges.every((range, n) => range.includes(at.cell[n])) && (gaps || !isWeights(at.key) || weightExists(conv, o, i));
}

// `selected` as Python has it → { key, cell } as the page has it, and back.
function fromSelected(s, selected) {
  if (!selected) return null;
  const { map, channel, row, column, input, stage } = selected, ends = isTransposed(s) ? [input, channel] : [channel, input];
  return map === "weight" ? { key: isTwo(s) ? stage : map, cell: [...ends, row, column] } : { key: map, cell: [channel, row, column] };
}
function toSelected(s, at) {
  if (!at) return null;
  const back = isTransposed(s) && isWeights(at.key), [channel, input] = back ? [at.cell[1], at.cell[0]] : at.cell, [row, column] = at.cell.slice(-2);
  if (!isWeights(at.key)) return { map: at.key, channel, row, column };
  return { map: "weight", ...(at.key === "weight" ? {} : { stage: at.key }), channel, input, row, column };
}

const unique = cells => [...new Map(cells.map(cell => [cell.join(), cell])).values()];

// What a selection lights in each map: near (read or fed by itself), far (through the middle map), zero (padding).
export function lights(s, at) {
  const lit = dict(mapsOf(s), () => ({ near: [], far: [], zero: [] }));
  if (!at) return lit;
  const convs = stages(s), keys = readInOrder(s), here = keys.indexOf(at.key);
  lit[at.key].near = [at.cell];
  if (isWeights(at.key)) {
    const t = stageOf(at.key), found = products(convs[t], at.cell);
    for (const { input, output } of found) {
      lit[keys[t]][inside(convs[t], input) ? "near" : "zero"].push(input);
      lit[keys[t + 1]].near.push(output);
    }
    return lit;
  }
  const spread = (t, level, cells, follow, to) => {
    const found = cells.map(cell => follow(convs[t], cell));
    lit[convs[t].name][level] = unique(found.flatMap(({ weights }) => weights));
    if (to < t + 1) lit[keys[to]].zero = unique(found.flatMap(({ zeros }) => zeros));
    return (lit[keys[to]][level] = unique(found.flatMap(({ cells }) => cells)));
  };
  for (let t = here - 1, level = "near", cells = [at.cell]; t >= 0; t--, level = "far") cells = spread(t, level, cells, reads, t);
  for (let t = here, level = "near", cells = [at.cell]; t < convs.length; t++, level = "far") cells = spread(t, level, cells, feeds, t + 1);
  return lit;
}

const number = n => n.toLocaleString("en").replace("-", "−");
const plural = (n, word) => `${number(n)} ${word}${n === 1 ? "" : "s"}`;
function channels(cells) {
  const all = [...new Set(cells.map(([channel]) => channel))];
  return all.length === 1 ? `channel ${all[0]}` : `channels ${all[0]} ${all.length === 2 ? "and" : "to"} ${all.at(-1)}`;
}

const shares = (fed, key, each = fed.length / new Set(fed.map(([o]) => o)).size) =>
  `${plural(fed.length, "cell")}: ${each === fed.length ? each > 1 ? "all in" : "in" : `${each} in each of`} ${key} ${channels(fed)}`;

// The one sentence about a selection. `quiet` leaves out the counts that are being guessed.
function describe(s, at, quiet = false) {
  if (!at) return "Point at a cell, tap it, or press Tab to come to a map and use the arrow keys.";
  const { conv } = mapOf(s, at.key), keys = readInOrder(s), t = keys.indexOf(at.key), lit = lights(s, at), two = isTwo(s);
  if (t < 0) {
    const [o, i, a, b] = at.cell, [from, to] = keys.slice(stageOf(at.key)), ends = [`${from} channel ${i}`, `${to} channel ${o}`];
    if (!weightExists(conv, o, i))
      return `No weight here: ${to} channel ${o} is in group ${groupOfOutput(conv, o)}, ${from} channel ${i} in group ${groupOfInput(conv, i)}.`;
    return `${at.key}[${o}, ${i % conv.inEach}, ${a}, ${b}], from ${isTransposed(s) ? `${ends[1]} to ${ends[0]}` : ends.join(" to ")}, `
      + `is multiplied ${plural(conv.out ** 2, "time")}, once for each cell of ${isTransposed(s) ? "the input" : "that"} channel.`;
  }
  if (isTransposed(s)) return describeTransposed(conv, at, quiet);
  const outside = t === 0 && !inside(conv, at.cell), said = [`${at.key}[${at.cell.join(", ")}]${outside ? ", a zero of the padding," : ""}`];
  if (t > 0) {
    const { all, zeros } = reads(stages(s)[t - 1], at.cell);
    said.push(`reads ${quiet ? "the lit numbers" : plural(all.length, "number")} of ${t > 1 ? "the middle map, one of each channel" : `input ${channels(all)}`}`
      + (zeros.length ? ` (${zeros.length} ${zeros.length === 1 ? "is a zero" : "are zeros"} of the padding)` : "")
      + (t > 1 ? `, and through them ${lit.input.far.length} of the input` : ""));
  }
  if (t > 0 && t < keys.length - 1) said.push("and");
  if (t < keys.length - 1) {
    const fed = lit[keys[t + 1]].near;
    said.push(fed.length ? `feeds ${shares(fed, keys[t + 1])}`
      + (two && t === 0 ? `, and through them ${plural(lit.output.far.length, "cell")} of the output` : "") : "feeds nothing: no window lies on it");
  }
  return `${said.join(" ")}.`;
}

function describeTransposed(conv, { key, cell }, quiet) {
  const named = `${key}[${cell.join(", ")}]`;
  if (key === "input") {
    const { cells, zeros } = reads(conv, cell), cut = zeros.length ? `; ${zeros.length} more would lie where the padding cuts` : "";
    return `${named} feeds ${quiet ? "the lit cells" : cells.length ? shares(cells, "output") : "nothing"}${cut}.`;
  }
  const { cells } = feeds(conv, cell), does = inside(conv, cell) ? "reads" : ", cut off by the padding, would read";
  return `${named}${does[0] === "," ? "" : " "}${does} ${cells.length ? `${plural(cells.length, "number")} of input ${channels(cells)}` : "nothing: it stays empty"}.`;
}

function kind(s) {
  if (isTransposed(s)) return `transposed: each input feeds ${s.groups === 1 ? "every output" : `${s.out_channels / s.groups} of ${s.out_channels} outputs`}`;
  if (isTwo(s)) return "depthwise, then pointwise: a separable pair";
  if (s.groups === 1) return s.kernel_size === 1 ? "pointwise"
    : s.in_channels === 1 ? "standard and depthwise at once: there is one input" : "standard: each output reads every input";
  const times = s.out_channels / s.in_channels;
  if (s.groups === s.in_channels) return `depthwise${times > 1 ? `, multiplier ${times}` : ""}: each output reads one input`;
  return `grouped: each output reads ${s.in_channels / s.groups} of ${s.in_channels} inputs`;
}

function torchCode(s) {
  const extra = ["stride", "padding", "dilation"].filter(name => s[name] > LIMITS[name][0]).map(name => `${name}=${s[name]}, `).join("");
  if (isTransposed(s)) return `nn.ConvTranspose2d(${s.in_channels}, ${s.out_channels}, ${s.kernel_size}, ${extra}${s.groups > 1 ? `groups=${s.groups}, ` : ""}bias=False)`;
  const layers = stages(s).map(({ inputs, outputs, kernel, groups }, t) =>
    `nn.Conv2d(${inputs}, ${outputs}, ${kernel}, ${t ? "" : extra}${groups > 1 ? `groups=${groups}, ` : ""}bias=False)`);
  return layers.length > 1 ? `nn.Sequential(${layers.join(", ")})` : layers[0];
}

// The rows below the maps. Those with a key and a total can be guessed first.
export function formulas(s) {
  const convs = stages(s), [first, second] = convs, { in_channels: c, out_channels: d, kernel_size: k, groups } = s, out = first.out, back = isTransposed(s);
  const weights = convs.map(weightCount), sum = weights.reduce((a, b) => a + b), area = out * out;
  const chain = numbers => (second ? `${numbers.map(number).join(" + ")} = ` : "");
  const beside = (n, ours) => `${number(n)} weights, ${number(n * area)} MACs: this ${second ? "pair" : "layer"} has ${ours} of both`;
  const times = n => `${Number((sum / n).toPrecision(3))} times as many`, divided = groups > 1 ? ` / ${groups}` : "";
  const dense = k * k * c * d, pair = k * k * c + c * d;
  return [
    { name: "kind", text: kind(s) },
    { name: "PyTorch", text: torchCode(s) },
    { name: "output size", text: back ? `(${s.input_size} − 1)·${s.stride} − 2·${s.padding} + ${s.dilation}·(${k} − 1) + 1 = ${first.size}` : `⌊(${s.input_size} + 2·${s.padding} − ${s.dilation}·(${k} − 1) − 1) / ${s.stride}⌋ + 1 = ${out}` },
    back ? { key: "reads", name: "one input feeds, if nothing is cut", total: k * k * first.inEach, text: `${k}·${k}·${d}${divided} = ` }
      : second ? { key: "reads", name: "one output reads", total: second.inputs, text: "one number of each middle channel: " }
      : { key: "reads", name: "one output reads", total: k * k * first.inEach, text: `${k}·${k}·${c}${divided} = ` },
    { key: "weights", name: "weights (no biases)", total: sum, text: chain(weights)
      && `${k}·${k}·${c}${s.depth_multiplier > 1 ? `·${s.depth_multiplier}` : ""} + ${second.inputs}·${d} = ${chain(weights)}` || `${k}·${k}·${c}·${d}${divided} = ` },
    { key: "macs", name: "MACs", total: sum * area, text: `${weights.map(n => `${number(n)}·${out}·${out}`).join(" + ")} = ${chain(weights.map(n => n * area))}` },
    { name: second ? "compared with standard" : "compared with groups = 1", text: groups > 1 ? beside(dense, `1/${groups}`) : second ? beside(dense, times(dense)) : "this is groups = 1" },
    ...(second || back ? [] : [{ name: "compared with separable", text: beside(pair, times(pair)) }]),
  ];
}

// ---- Small integers for the cells

const weightIndex = (conv, [o, i, a, b]) => ((o * conv.inEach + i % conv.inEach) * conv.kernel + a) * conv.kernel + b;
function weightAt(s, conv, cell) {
  const own = s.kernels?.[stageOf(conv.name)], [o, i, a, b] = cell;
  return own?.length === weightCount(conv) ? own[weightIndex(conv, cell)] : (2 * o + 3 * i + a + 2 * b + a * b + o * i) % 5 - 2;
}

// A picture: 24 rows of 24 shades, from 0 (black) to 9 (white). This is the middle of the course's photo, gray.
const SIDE = 24;
export const PHOTO = "111244443344444444445555123444435788876544444455244444478777778864454455444444876666777787445554444346865555667778665554433338755554556677865554"
  + "333338654333334567864544433338643445554456835445333336745566656557733545333333866666666658433455333332387666666686233355333343225887778743233344"
  + "333433222234542134233334433322221111112222333334433221112111113312233334432211134100112321233333322211232000003742133333132221121100004442133323"
  + "033221111111003522233323103322110000000221233123301332210000011122331133620014211111112233201234661000112333333321001334776200000111110000012444";
// A cell shows the mean of the shades that it covers.
function shadeAt(picture, size, r, c) {
  const cover = at => range(Math.floor(at * SIDE / size), Math.floor((at + 1) * SIDE / size));
  const covered = cross(cover(r), cover(c)).map(([row, column]) => Number(picture[row * SIDE + column]));
  return Math.round(covered.reduce((a, b) => a + b) / covered.length);
}
const inputAt = (s, [i, r, c]) => s.picture ? shadeAt(s.picture, s.input_size, r, c) : (3 * i + 2 * r + c + r * c + i * r) % 5;

// Pairs of what a cell reads and the weight that it is multiplied by.
function readBy(s, conv, cell) {
  const { all, cells, weights } = (isTransposed(s) ? feeds : reads)(conv, cell);
  return (all ?? cells).map((from, n) => [from, weights[n]]);
}
// Triples of a cell that is fed, what feeds it, and the weight: all that a cell, or a weight, has a part in.
function fedBy(s, conv, { key, cell }) {
  const back = isTransposed(s), { all, cells, weights } = isWeights(key) ? {} : (back ? reads : feeds)(conv, cell);
  const found = isWeights(key) ? products(conv, cell).map(({ input, output }) => (back ? [input, output, cell] : [output, input, cell]))
    : (all ?? cells).map((to, n) => [to, cell, weights[n]]);
  return found.filter(([to]) => !back || inside(conv, to));
}

// Of each map of pixels a function from a cell to its value.
export function values(s) {
  const [first] = stages(s), back = isTransposed(s), keys = pixelMaps(s);
  const maps = { input: cell => (back || inside(first, cell) ? inputAt(s, cell) : 0) };
  stages(s).forEach((conv, t) => {
    const known = {}, sum = pairs => pairs.reduce((total, [from, weight]) => total + weightAt(s, conv, weight) * maps[keys[t]](from), 0);
    maps[keys[t + 1]] = cell => (known[cell] ??= sum(readBy(s, conv, cell)));
  });
  return maps;
}

// The products of the selection, line by line.
export function writtenOut(s, at) {
  if (!at) return [];
  const value = values(s), keys = pixelMaps(s), t = keys.indexOf(at.key) - 1, n = stageOf(at.key), signed = n => (n < 0 ? `(${number(n)})` : `${n}`);
  const times = (w, x) => `${signed(w)}·${signed(x)}`;
  if (t < 0) {
    const { conv } = mapOf(s, at.key);
    return fedBy(s, conv, at).map(([to, from, weight]) => [to, weightAt(s, conv, weight), value[keys[n]](from)])
      .map(([to, w, x]) => `${keys[n + 1]}[${to.join(", ")}] gets ${times(w, x)} = ${number(w * x)}`);
  }
  const conv = stages(s)[t], read = readBy(s, conv, at.cell), sums = [];
  const lines = [...new Set(read.map(([[channel]]) => channel))].map(channel => {
    const pairs = read.filter(([from]) => from[0] === channel).map(([from, weight]) => [weightAt(s, conv, weight), value[keys[t]](from)]);
    const sum = pairs.reduce((total, [w, x]) => total + w * x, 0);
    sums.push(sum);
    return `${keys[t]} ${channel}: ${pairs.map(([w, x]) => times(w, x)).join(" + ")} = ${number(sum)}`;
  });
  return [...lines, `${at.key}[${at.cell.join(", ")}] = ${sums.map(signed).join(" + ") || 0}${sums.length > 1 ? ` = ${number(value[at.key](at.cell))}` : ""}`];
}

// ---- Pictures: where each cell lies. All cells of one color are one path: that is fast

const roleOf = key => (isWeights(key) ? "weights" : key === "middle" ? "plain" : key);
const GAP = 10, LABEL = 15;
const square = (x, y, w) => `M${x} ${y}h${w}v${w}h${-w}z`;

function pixelMap(map, most) {
  const { key, unit, conv, ranges: [all, line], size, padding, group } = map, side = line.length * unit, count = all.length;
  const label = channel => `${key.slice(0, key === "input" ? 2 : 3)} ${channel}${conv.groups > 1 ? ` · g${group([channel])}` : ""}`;
  const across = Math.max(side, 6.4 * label(count - 1).length) + GAP, down = side + LABEL + GAP;
  const columns = Math.max(1, Math.min(most === Infinity ? count : Math.ceil(Math.sqrt(count)), Math.floor((most + GAP) / across)));
  const left = channel => (channel % columns) * across + 1, top = channel => Math.floor(channel / columns) * down + LABEL + 1;
  return { ...map, title: key === "middle" ? "middle map" : key, shape: [count, size, size],
    labels: all.map(channel => [left(channel), top(channel) - 5, label(channel)]),
    width: columns * across - GAP + 2, height: Math.ceil(count / columns) * down - GAP + 2,
    place: ([channel, r, c]) => [left(channel) + (c + padding) * unit, top(channel) + (r + padding) * unit],
    at(x, y) {
      const channel = Math.floor(y / down) * columns + Math.min(columns - 1, Math.floor(x / across));
      return [channel, ...[y - top(channel), x - left(channel)].map(distance => Math.floor(distance / unit) - padding)];
    } };
}

function weightMap(map) {
  const { key, unit, conv } = map, k = conv.kernel, block = k * unit + 4, edge = conv.groups > 1 ? 52 : 20, thin = Math.ceil(14 / block);
  const left = i => edge + i * block, top = o => LABEL + 2 + o * block, wide = block * conv.inEach - 5, high = block * conv.outEach - 5;
  const some = (n, every) => range(0, n).filter(place => place % every === 0), groups = range(0, conv.groups > 1 ? conv.groups : 0);
  return { ...map, title: key === "weight" ? "weights" : `${key} weights`, shape: [conv.outputs, conv.inEach, k, k],
    labels: [...some(conv.outputs, thin).map(o => [edge - 5, top(o) + block / 2 + 2, o, "end"]),
      ...some(conv.inputs, thin).map(i => [left(i) + block / 2 - 2, LABEL - 4, i, "middle"]),
      ...some(groups.length, Math.ceil(14 / high)).map(n => [2, top(n * conv.outEach) + high / 2 + 4, `g${n}`, "start", "sx-strong"])],
    gaps: cross(groups, groups).filter(([n, m]) => n !== m)
      .map(([n, m]) => `M${left(m * conv.inEach) + .5} ${top(n * conv.outEach) + .5}h${wide}v${high}h${-wide}z`).join(""),
    width: left(conv.inputs), height: top(conv.outputs),
    place: ([o, i, a, b]) => [left(i) + b * unit, top(o) + a * unit],
    at(x, y) {
      const o = Math.floor((y - top(0)) / block), i = Math.floor((x - edge) / block);
      return [o, i, ...[y - top(o), x - left(i)].map(distance => Math.min(k - 1, Math.floor(distance / unit)))];
    } };
}

// The maps with the largest cells that fit: all in one row, or else below each other.
function layOut(s, width, numbers, large) {
  const all = mapsOf(s).map(key => {
    const map = { key, ...mapOf(s, key) }, { conv, group } = map;
    map.cells = cross(...map.ranges).filter(([o, i]) => !isWeights(key) || weightExists(conv, o, i));
    // One of six colors for its group, or the role's where there is only one group.
    map.look = cell => (key === readInOrder(s)[0] && !inside(conv, cell) ? "zero" : conv.groups > 1 ? `g${group(cell) % 6}` : roleOf(key));
    return map;
  });
  const make = unit => all.map(map => (isWeights(map.key) ? weightMap({ ...map, unit: numbers || large ? unit : Math.max(4, Math.round(unit * .7)) }) : pixelMap({ ...map, unit }, large ? Infinity : width)));
  // A row of channels that is wider than the page scrolls.
  if (large) return make(26);
  const largest = numbers ? 26 : 18, units = range(numbers ? 22 : 7, largest + 1).reverse().map(make);
  const inOneRow = maps => maps[0].unit >= (width < 700 ? 13 : 7) && maps.reduce((sum, map) => sum + Math.max(map.width, 120) + 30, -24) <= width;
  const stacked = maps => maps[0].unit < largest - 1 && maps.every(map => map.width <= width - 6)
    && maps.reduce((sum, map) => sum + map.height, 0) < (width < 700 ? 2000 : 1000);
  return units.find(inOneRow) ?? units.find(stacked) ?? units.at(-1);
}

// ---- The page

const SETTINGS = ["view", ...Object.keys(LIMITS), "picture", "numbers", "predict"], TRAITS = [...SETTINGS, "selected", "kernels"];
const VIEWS = { one: "one layer", "two-stage": "two stages", transposed: "transposed" };
const ARROWS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

function render({ model, el }) {
  const doc = el.ownerDocument, view = doc.defaultView, id = `sx${Math.random().toString(36).slice(2)}`, s = {};
  const put = (node, attributes = {}, ...children) => {
    for (const [name, value] of Object.entries(attributes))
      if (typeof value === "function") node.addEventListener(name, value);
      else if (value !== false) node.setAttribute(name, value);
    node.append(...children);
    return node;
  };
  const h = (tag, ...rest) => put(doc.createElement(tag), ...rest);
  const g = (tag, ...rest) => put(doc.createElementNS("http://www.w3.org/2000/svg", tag), ...rest);
  let at, held = false, width = 0, drawn = {}, guessed = {}, timer = 0, sending = 0, waiting = 0, own = false, inSight = true;
  let large = view.matchMedia("(pointer: coarse) and (max-width: 700px)").matches;

  // -- Controls
  const button = (text, click, name = false) => h("button", { type: "button", click, "aria-label": name }, text);
  const row = (name, ...children) => h("div", { class: "sx-row", role: "group", "aria-label": name }, ...children);
  const fields = dict(SETTINGS.slice(0, -3), name => h("select", { "aria-describedby": name === "groups" && `${id}-why`,
    change: ({ target }) => set({ [name]: name === "view" ? target.value : Number(target.value) }) }));
  const boxes = dict(["numbers", "predict"], name => h("input", { type: "checkbox", change: ({ target }) => set({ [name]: target.checked }) }));
  const play = button("Play", () => (timer ? stop() : start()));
  if (view.matchMedia("(prefers-reduced-motion: reduce)").matches) put(play, { disabled: "", title: "Your system asks for less motion: use the steps." });
  const file = h("input", { type: "file", accept: "image/*", change: () => load(file.files[0]) });
  // Gray is one channel.
  const show = picture => set({ picture, numbers: true, ...(picture && { in_channels: 1, groups: 1, input_size: 12 }) });
  const pictures = row("Input", button("Small numbers", () => show("")), button("The photo", () => show(PHOTO)),
    h("label", { class: "sx-field" }, "a picture of yours", file));
  const status = h("p", { role: "status", class: "sx-status" }), counts = h("p", { class: "sx-counts" }), head = h("div", {}, status, counts);
  const lost = h("p", { class: "sx-lost", role: "alert", hidden: "" },
    "The kernel was restarted: Python no longer sees what you set here. Run this cell again to connect the two.");
  const bubble = h("div", { class: "sx-bubble", "aria-hidden": "true" }), zoom = h("input", { type: "checkbox", change: () => { large = zoom.checked; draw(); } });
  const note = h("p", { id: `${id}-why`, class: "sx-note" }), written = h("div", { class: "sx-written" });
  const board = h("div", { class: "sx-maps" }), sums = h("dl", { class: "sx-sums" });
  const root = h("section", { class: "sx", lang: "en", "aria-label": "Convolution explorer" },
    row("Presets", ...Object.entries(PRESETS).map(([name, preset]) => button(name, () => set(preset(s))))),
    row("Settings", ...Object.entries(fields).map(([name, select]) => h("label", { class: `sx-field sx-${name}` }, name.replace("_", " "), select))),
    note, lost,
    row("Steps", button("◀ Step", () => walk(-1), "Step back"), play, button("Step ▶", () => walk(1), "Step forward"),
      h("label", { class: "sx-field" }, boxes.numbers, "numbers in the cells"), h("label", { class: "sx-field" }, boxes.predict, "let me guess the counts first"),
      h("label", { class: "sx-field" }, zoom, "large cells"), button("Start again", () => startAgain())),
    pictures, head, board, written, sums, h("p", { class: "sx-note", id: `${id}-keys` },
      "Click a cell to hold it. Keys in a map: arrows move, Page Up and Page Down change the channel, Enter holds, Escape clears."));
  // Else JupyterLab takes the keys for its own; those with Ctrl or Cmd are.
  const chord = event => event.ctrlKey || event.metaKey;
  const alone = event => root.toggleAttribute("data-lm-suppress-shortcuts", !chord(event));
  put(root, { keyup: alone, keydown: event => {
    alone(event);
    if (event.key === "Escape") held = false, stop(), select(null);
    if (!chord(event)) event.stopPropagation();
  } });
  alone({});
  el.append(root);

  // -- State
  function push(changes, wait = 0) {
    own = true;
    for (const [name, value] of Object.entries(changes)) model.set(name, value);
    own = false;
    sending ||= view.setTimeout(() => { sending = 0; model.save_changes(); }, wait);
  }
  function set(changes) {
    stop();
    const { settings, note } = settle({ ...s, ...changes });
    Object.assign(s, settings);
    keep(at);
    guessed = {};
    push({ ...dict(SETTINGS, name => s[name]), selected: toSelected(s, at) });
    draw();
    const counts = s.predict ? [] : formulas(s).filter(({ total }) => total).map(({ name, total }) => `${name}: ${number(total)}`);
    say(`${note}${kind(s)}. ${[`output size: ${isTransposed(s) ? transposedSize(s) : stages(s)[0].out}`, ...counts].join("; ")}. ${at ? status.textContent : ""}`);
  }
  const say = text => { if (status.textContent !== text) status.textContent = text; };
  function keep(next) {
    at = isThere(s, next) ? next : null;
    held &&= !!at;
  }
  function select(next, wait) {
    keep(next);
    push({ selected: toSelected(s, at) }, wait);
    light();
    if (next && !at) say(describe(s, next));
  }
  function take() {
    Object.assign(s, dict(TRAITS, name => model.get(name)));
    keep(fromSelected(s, s.selected));
    draw();
  }
  const changed = () => { if (!own) waiting ||= view.setTimeout(() => { waiting = 0; take(); }); };

  // -- Drawing
  function draw() {
    for (const [name, select] of Object.entries(fields)) {
      const options = name === "view" ? Object.entries(VIEWS).map(([value, text]) => ({ value, text })) : choices(s, name);
      select.replaceChildren(...options.map(({ value, why, text }) =>
        h("option", { value, ...(why && { disabled: "" }) }, text ?? (why ? `${value}: ${why}` : `${value}`))));
      select.value = s[name];
    }
    fields.groups.parentNode.hidden = isTwo(s);
    fields.depth_multiplier.parentNode.hidden = !isTwo(s);
    for (const [name, input] of Object.entries(boxes)) input.checked = s[name];
    const groups = yes => choices(s, "groups").filter(({ why }) => !why === yes).map(({ value }) => value).join(", ");
    note.textContent = isTwo(s) ? "Depthwise: groups = in channels. Pointwise: groups = 1."
      : `groups must divide ${s.in_channels} input and ${s.out_channels} output channels: ${groups(true)}${groups(false) && `; not ${groups(false)}`}.`;
    width = Math.floor(board.clientWidth) || 700;
    zoom.checked = large;
    pictures.hidden = !s.numbers;
    root.classList.toggle("sx-large", large);
    let maps = layOut(s, width, s.numbers, large);
    const cells = maps.reduce((n, map) => n + map.cells.length, 0), many = s.numbers && cells > MOST_NUMBERS;
    if (many) maps = layOut(s, width, false, large), note.textContent += ` Numbers fit into at most ${number(MOST_NUMBERS)} cells; these are ${number(cells)}.`;
    const value = s.numbers && !many && values(s);
    root.classList.toggle("sx-shaded", !!(value && s.picture));
    board.replaceChildren(...maps.map(map => drawMap(map, value)), bubble);
    drawSums();
    light();
  }
  function drawMap(map, value) {
    const { key, unit, place, cells } = map, title = `${map.title} ${map.shape.join("\u00a0×\u00a0")}`, weights = isWeights(key), paths = {}, used = usedLines(map.conv);
    for (const cell of cells) paths[map.look(cell)] = (paths[map.look(cell)] ?? "") + square(...place(cell), unit - 1);
    const rim = key === readInOrder(s)[0], crosses = !rim || unit < 6 ? [] : cells.filter(([, r, c]) => !used.has(r) || !used.has(c)).map(place)
      .map(([x, y]) => `M${x + 2} ${y + 2}l${unit - 5} ${unit - 5}m0 ${5 - unit}l${5 - unit} ${unit - 5}`);
    const [over, back, here] = [g("g"), g("path", { class: "sx-back" }), g("path", { class: "sx-here" })];
    const svg = g("svg", { width: map.width, height: map.height, role: "application", tabindex: 0, "aria-label": title, "aria-describedby": `${id}-keys`,
      "data-map": key, click: event => press(map, event), keydown: event => keyed(map, event),
      pointermove: event => { if (event.pointerType !== "touch" && !held) press(map, event, true); } },
      ...Object.entries(paths).map(([look, d]) => g("path", { class: `sx-cells sx-${look}`, d })),
      ...(value && s.picture && !weights ? shaded(map, value[key]) : []),
      g("path", { class: "sx-gap", d: map.gaps ?? "" }), over, g("path", { class: "sx-cross", d: crosses.join("") }), back, here,
      ...map.labels.map(([x, y, text, anchor = "start", look = ""]) => g("text", { x, y, "text-anchor": anchor, class: look }, text)),
      ...(value ? cells : []).map(cell => g("text", { class: "sx-number", "text-anchor": "middle", x: place(cell)[0] + unit / 2 - .5, y: place(cell)[1] + unit / 2 + 3.5 },
        number(weights ? weightAt(s, map.conv, cell) : value[key](cell)))));
    drawn[key] = { map, svg, over, marks: [back, here], lit: {} };
    const [from, to] = readInOrder(s).slice(stageOf(key)), said = [weights && `rows: ${to}, columns: ${from}`, weights && map.conv.groups > 1 && "g: group",
      map.padding && (isTransposed(s) ? "dashed: cut off" : "dashed: padding"), crosses.length && (isTransposed(s) ? "×: never written" : "×: never read")];
    return h("figure", { class: `sx-map sx-of-${roleOf(key)}`, style: `width: ${Math.max(map.width, 120) + 6}px` },
      h("figcaption", {}, title), h("div", { class: "sx-scroll" }, svg), h("small", {}, said.filter(Boolean).join("; ")));
  }
  // The cells of a picture, and of what comes out of it, in ten grays from the least value to the largest.
  function shaded({ key, cells, place, look, unit }, value) {
    const seen = cells.filter(cell => look(cell) !== "zero"), all = key === "input" ? [0, 9] : seen.map(value), least = Math.min(...all), span = Math.max(...all) - least || 1;
    return range(0, 10).map(shade => g("path", { fill: `rgb(${Array(3).fill(Math.round(shade * 28.3))})`, d: seen
      .filter(cell => Math.round((value(cell) - least) / span * 9) === shade).map(cell => square(...place(cell), unit - 1)).join("") }));
  }
  async function load(chosen) {
    if (!chosen) return;
    try {
      const picture = await view.createImageBitmap(chosen), { width, height } = picture, side = Math.min(width, height);
      const pen = h("canvas", { width: SIDE, height: SIDE }).getContext("2d");
      pen.imageSmoothingQuality = "high";
      pen.fillStyle = "white";
      pen.fillRect(0, 0, SIDE, SIDE);
      pen.drawImage(picture, (width - side) / 2, (height - side) / 2, side, side, 0, 0, SIDE, SIDE);
      const { data } = pen.getImageData(0, 0, SIDE, SIDE);
      show(range(0, SIDE ** 2).map(n => Math.round((.299 * data[4 * n] + .587 * data[4 * n + 1] + .114 * data[4 * n + 2]) / 255 * 9)).join(""));
    } catch {
      say(`${chosen.name} is no picture that this browser can read. Choose a PNG or a JPEG.`);
    }
    file.value = "";
  }
  function light() {
    const lit = lights(s, at);
    for (const key of mapsOf(s)) {
      const { map, over, marks, lit: shown } = drawn[key], paths = {}, mine = at?.key === key;
      for (const level of ["far", "near", "zero"])
        for (const cell of lit[key][level]) {
          const look = `sx-lit sx-${level} sx-${map.look(cell)}`;
          paths[look] = (paths[look] ?? "") + square(...map.place(cell), map.unit - 1);
        }
      for (const look of Object.keys({ ...shown, ...paths })) {
        if (!shown[look]) over.append(shown[look] = g("path", { class: look }));
        shown[look].setAttribute("d", paths[look] ?? "");
      }
      for (const path of marks) path.setAttribute("d", mine ? square(...map.place(at.cell).map(x => x - 1), map.unit + 1) : "");
      marks[1].classList.toggle("sx-held", held);
      const [first] = ["near", "zero", "far"].flatMap(level => lit[key][level]);
      if (first && !mine) scrollTo(drawn[key], first);
    }
    say(describe(s, at, hidden("reads")) + (held ? " Held: click again or press Escape to let go." : ""));
    speakBeside();
    const lines = s.numbers ? writtenOut(s, at) : [];
    written.replaceChildren(...lines.slice(0, 24).map(line => h("div", {}, line)), lines[24] ? `… and ${lines.length - 24} more` : "");
    if (lines.length && isWeights(at.key)) written.prepend(h("label", { class: "sx-field" }, "this weight, −9 to 9", h("input", { type: "number", min: -9, max: 9,
      value: weightAt(s, mapOf(s, at.key).conv, at.cell), change: ({ target }) => weigh(Number(target.value)) })));
  }
  // Where the sentence above the maps is out of sight, it stands above the cell, too, with the counts.
  function speakBeside() {
    bubble.hidden = inSight || !at;
    if (bubble.hidden) return;
    bubble.replaceChildren(h("b", {}, describe(s, at, hidden("reads"))), h("div", {}, counts.textContent));
    const { map, svg } = drawn[at.key], [x, y] = map.place(at.cell), around = board.getBoundingClientRect(), area = svg.getBoundingClientRect();
    const left = area.left - around.left + x + map.unit / 2 - bubble.offsetWidth / 2;
    bubble.style.left = `${Math.max(0, Math.min(left, board.clientWidth - bubble.offsetWidth))}px`;
    bubble.style.top = `${area.top - around.top + y - bubble.offsetHeight - 10}px`;
  }
  // What is lit comes into view in maps that scroll, but not under the pointer.
  function scrollTo({ map, svg }, cell) {
    const box = svg.parentNode, [x, y] = map.place(cell), out = (place, from, size) => place < from + 4 || place + map.unit > from + size - 4;
    if (out(x, box.scrollLeft, box.clientWidth)) box.scrollLeft = x - box.clientWidth / 3;
    if (out(y, box.scrollTop, box.clientHeight)) box.scrollTop = y - box.clientHeight / 3;
  }
  function weigh(n) {
    s.kernels = stages(s).map(conv => drawn[conv.name].map.cells.map(cell => weightAt(s, conv, cell)));
    s.kernels[stageOf(at.key)][weightIndex(mapOf(s, at.key).conv, at.cell)] = Math.max(-9, Math.min(9, Math.round(n) || 0));
    push({ kernels: s.kernels });
    draw();
    written.querySelector("input").focus();
  }
  const hidden = key => s.predict && guessed[key] === undefined;
  function drawSums() {
    const totals = formulas(s).filter(({ total }) => total);
    counts.textContent = totals.map(({ key, name, total }) => `${name}: ${hidden(key) ? "?" : number(total)}`).join(" · ");
    sums.replaceChildren(...formulas(s).flatMap(({ key, name, text, total }) => {
      const late = name.startsWith("compared") && (hidden("weights") || hidden("macs")), shown = [h(name === "PyTorch" ? "code" : "span", {}, text), total ? h("b", {}, number(total)) : "", verdict(key, total)];
      return [h("dt", {}, name), h("dd", {}, ...(late ? ["(after your guesses)"] : total && hidden(key) ? guess(key, name, text, total) : shown))];
    }));
  }
  const verdict = (key, total) => (s.predict && key in guessed ? `. You guessed ${number(guessed[key])}${guessed[key] === total ? ": right" : ": not yet"}.` : "");
  function guess(key, name, text, total) {
    const input = h("input", { type: "number", min: 0, "aria-label": `your guess, ${name}`, keydown: event => { if (event.key === "Enter") reveal(); } });
    const reveal = () => {
      if (input.value === "") return say("Type a number first.");
      guessed[key] = Number(input.value);
      drawSums();
      (sums.querySelector("input") ?? boxes.predict).focus();
      return say(`${name}: ${text}${number(total)}${verdict(key, total)}`);
    };
    return [input, button("Reveal", reveal, `Reveal ${name}`)];
  }

  // -- Pointer, keys, steps
  const same = (a, b) => a && b && a.key === b.key && a.cell.join() === b.cell.join();
  function press(map, event, hover) {
    const area = drawn[map.key].svg.getBoundingClientRect();
    const next = { key: map.key, cell: map.at(event.clientX - area.left, event.clientY - area.top) };
    if (!isThere(s, next, true) || hover && same(next, at)) return;
    stop();
    if (!hover) held = isThere(s, next) && !(held && same(next, at));
    select(next, hover && 80);
  }
  function keyed(map, event) {
    const { key } = event, here = at?.key === map.key, paging = { PageDown: 1, PageUp: -1 }[key];
    if (chord(event) || event.altKey) return;
    let cell = here ? at.cell : map.cells.find(cell => map.look(cell) !== "zero");
    if (key === "Enter" || key === " ") held = !held || !here;
    else if (!ARROWS[key] && !paging) return;
    else if (here) cell = paging ? turned(map, cell, paging) : moved(map, cell, ...ARROWS[key]);
    event.preventDefault();
    stop();
    select(cell && { key: map.key, cell });
    if (cell) scrollTo(drawn[map.key], cell);
  }
  // The next cell that way, over gaps and into the next channel.
  function moved({ cells, place }, cell, down, right) {
    const [x, y] = place(cell), ahead = ([u, v]) => (down ? u === x && (v - y) * down : v === y && (u - x) * right);
    return cells.map(cell => [ahead(place(cell)), cell]).filter(([way]) => way > 0).sort(([a], [b]) => a - b)[0]?.[1] ?? cell;
  }
  // The same place of the next channel.
  function turned({ cells, ranges: [all] }, cell, step) {
    const of = channel => cells.filter(([first]) => first === channel);
    return of((cell[0] + step + all.length) % all.length)[of(cell[0]).findIndex(other => other.join() === cell.join())];
  }
  // Steps go through the cells of the selected map, or of the output.
  function walk(step, playing) {
    if (!playing) stop();
    const { key, cells } = drawn[at?.key ?? "output"].map, now = cells.findIndex(cell => same({ key, cell }, at));
    select({ key, cell: cells.at(now < 0 ? Math.min(step, 0) : (now + step) % cells.length) });
  }
  function start() {
    walk(1, true);
    timer = view.setInterval(walk, 900, 1, true);
    play.textContent = "Stop";
  }
  function stop() {
    view.clearInterval(timer);
    timer = 0;
    play.textContent = "Play";
  }
  // After the start, a restarted kernel is all that Jupyter's widgets say by this event.
  const lose = () => { lost.hidden = false; };
  model.on("comm_live_update", lose);
  for (const name of TRAITS) model.on(`change:${name}`, changed);
  take();
  const first = structuredClone(dict(TRAITS, name => s[name]));
  function startAgain() {
    stop();
    Object.assign(s, structuredClone(first));
    at = null, held = false, guessed = {};
    push({ ...dict(TRAITS, name => s[name]), selected: null });
    draw();
  }
  const looks = new view.IntersectionObserver(([seen]) => { inSight = seen.isIntersecting; speakBeside(); }, { threshold: .9 });
  looks.observe(head);
  const sizes = new view.ResizeObserver(() => { if (board.clientWidth && Math.abs(board.clientWidth - width) > 7) draw(); });
  sizes.observe(board);
  return () => {
    stop();
    sizes.disconnect();
    looks.disconnect();
    model.off("comm_live_update", lose);
    for (const name of TRAITS) model.off(`change:${name}`, changed);
  };
}

// A static page: no kernel. The frame around it becomes as high as the content.
export function host(el, state) {
  const doc = el.ownerDocument, model = { get: name => state[name], set: (name, value) => { state[name] = value; }, save_changes() {}, on() {}, off() {} };
  el.textContent = "";
  render({ el, model });
  new doc.defaultView.ResizeObserver(() => {
    const frame = doc.defaultView.frameElement;
    if (frame) frame.style.height = `${doc.documentElement.offsetHeight + 4}px`;
  }).observe(el);
}

export default { render };
