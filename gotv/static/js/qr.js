// A QR code (ISO/IEC 18004, byte mode, error correction L) as rows of booleans: to hand numbers to another phone
// when neither has signal.

// Of versions 1 to 20: error correction words a block, and blocks of level L (table 9 of the standard).
const CORRECTION = [7, 10, 15, 20, 26, 18, 20, 24, 30, 18, 20, 24, 26, 30, 22, 24, 28, 30, 28, 28];
const BLOCKS = [1, 1, 1, 1, 1, 2, 2, 2, 2, 4, 4, 4, 4, 4, 6, 6, 6, 6, 7, 8];
const MASK = (x, y) => (x + y) % 2 === 0;

const EXP = new Uint8Array(510);
const LOG = new Uint8Array(256);
for (let power = 0, value = 1; power < 255; power++) {
  EXP[power] = EXP[power + 255] = value;
  LOG[value] = power;
  value = (value << 1) ^ (value & 0x80 ? 0x11d : 0);
}

// How many bytes fit into a code of this version.
export function capacity(version) {
  return dataWords(version) - (version < 10 ? 2 : 3);
}

export function qr(text) {
  const bytes = new TextEncoder().encode(text);
  let version = 1;
  while (version <= CORRECTION.length && capacity(version) < bytes.length) version++;
  if (version > CORRECTION.length) throw new RangeError("too long for one code");
  const grid = emptyGrid(version);
  place(grid, interleaved(words(bytes, version), version));
  writeFormat(grid);
  return grid.rows.map((row) => row.map(Boolean));
}

function sizeOf(version) {
  return 17 + 4 * version;
}

// All words a version holds: the modules that are neither patterns nor format, eight to a word.
function allWords(version) {
  let modules = (16 * version + 128) * version + 64;
  if (version >= 2) {
    const centres = Math.floor(version / 7) + 2;
    modules -= (25 * centres - 10) * centres - 55;
    if (version >= 7) modules -= 36;
  }
  return Math.floor(modules / 8);
}

function dataWords(version) {
  return allWords(version) - CORRECTION[version - 1] * BLOCKS[version - 1];
}

function words(bytes, version) {
  const bits = [];
  const push = (value, length) => { for (let n = length - 1; n >= 0; n--) bits.push((value >> n) & 1); };
  push(0b0100, 4);
  push(bytes.length, version < 10 ? 8 : 16);
  for (const byte of bytes) push(byte, 8);
  const room = dataWords(version) * 8;
  push(0, Math.min(4, room - bits.length));
  while (bits.length % 8) bits.push(0);
  for (let pad = 0xec; bits.length < room; pad ^= 0xec ^ 0x11) push(pad, 8);
  return Array.from({ length: room / 8 }, (_, n) => parseInt(bits.slice(n * 8, n * 8 + 8).join(""), 2));
}

// The words in blocks with their correction, first words of all blocks first.
function interleaved(data, version) {
  const count = BLOCKS[version - 1];
  const short = Math.floor(data.length / count);
  const longer = data.length % count;
  const blocks = [];
  for (let n = 0, at = 0; n < count; n++) {
    const length = short + (n >= count - longer ? 1 : 0);
    blocks.push(data.slice(at, (at += length)));
  }
  const corrections = blocks.map((block) => correction(block, CORRECTION[version - 1]));
  const across = (lists) => {
    const longest = Math.max(...lists.map((list) => list.length));
    return Array.from({ length: longest }, (_, n) => lists.filter((list) => n < list.length).map((list) => list[n])).flat();
  };
  return [...across(blocks), ...across(corrections)];
}

const times = (a, b) => (a && b ? EXP[LOG[a] + LOG[b]] : 0);

// The remainder of the block divided by the generator of that degree (Reed-Solomon over GF(256)).
function correction(block, degree) {
  let generator = [1];
  for (let n = 0; n < degree; n++) {
    const next = [...generator, 0];
    for (let k = 0; k < generator.length; k++) next[k + 1] ^= times(generator[k], EXP[n]);
    generator = next;
  }
  const rest = new Array(degree).fill(0);
  for (const word of block) {
    const factor = word ^ rest.shift();
    rest.push(0);
    for (let k = 0; k < degree; k++) rest[k] ^= times(generator[k + 1], factor);
  }
  return rest;
}

// The fixed patterns. `taken` marks modules that hold no data.
function emptyGrid(version) {
  const size = sizeOf(version);
  const grid = {
    size,
    rows: Array.from({ length: size }, () => new Array(size).fill(0)),
    taken: Array.from({ length: size }, () => new Array(size).fill(false)),
    set(x, y, dark) {
      if (x < 0 || y < 0 || x >= size || y >= size) return;
      this.rows[y][x] = dark ? 1 : 0;
      this.taken[y][x] = true;
    },
  };
  for (let n = 0; n < size; n++) {
    grid.set(6, n, n % 2 === 0);
    grid.set(n, 6, n % 2 === 0);
  }
  for (const [x, y] of [[3, 3], [size - 4, 3], [3, size - 4]]) square(grid, x, y, 4, [0, 1, 3]);
  const centres = alignment(version);
  const last = centres.length - 1;
  centres.forEach((x, i) => centres.forEach((y, j) => {
    const corner = (i === 0 && j === 0) || (i === 0 && j === last) || (i === last && j === 0);
    if (!corner) square(grid, x, y, 2, [0, 2]);
  }));
  writeFormat(grid);
  if (version >= 7) writeVersion(grid, version);
  return grid;
}

// Rings around a centre; those at the distances given are dark.
function square(grid, x, y, reach, dark) {
  for (let dy = -reach; dy <= reach; dy++) {
    for (let dx = -reach; dx <= reach; dx++) {
      grid.set(x + dx, y + dy, dark.includes(Math.max(Math.abs(dx), Math.abs(dy))));
    }
  }
}

function alignment(version) {
  if (version === 1) return [];
  const count = Math.floor(version / 7) + 2;
  const last = sizeOf(version) - 7;
  const step = Math.ceil((last - 6) / (count - 1) / 2) * 2;
  const centres = [6];
  for (let at = last; centres.length < count; at -= step) centres.splice(1, 0, at);
  return centres;
}

// Level L with mask 0, protected by a BCH code; twice, beside the corner squares.
function writeFormat(grid) {
  const data = 0b01 << 3;
  let rest = data;
  for (let n = 0; n < 10; n++) rest = (rest << 1) ^ ((rest >> 9) * 0x537);
  const bits = ((data << 10) | rest) ^ 0x5412;
  const bit = (n) => (bits >> n) & 1;
  for (let n = 0; n <= 5; n++) grid.set(8, n, bit(n));
  grid.set(8, 7, bit(6));
  grid.set(8, 8, bit(7));
  grid.set(7, 8, bit(8));
  for (let n = 9; n < 15; n++) grid.set(14 - n, 8, bit(n));
  for (let n = 0; n < 8; n++) grid.set(grid.size - 1 - n, 8, bit(n));
  for (let n = 8; n < 15; n++) grid.set(8, grid.size - 15 + n, bit(n));
  grid.set(8, grid.size - 8, 1);
}

function writeVersion(grid, version) {
  let rest = version;
  for (let n = 0; n < 12; n++) rest = (rest << 1) ^ ((rest >> 11) * 0x1f25);
  const bits = (version << 12) | rest;
  for (let n = 0; n < 18; n++) {
    const [far, near] = [grid.size - 11 + (n % 3), Math.floor(n / 3)];
    grid.set(far, near, (bits >> n) & 1);
    grid.set(near, far, (bits >> n) & 1);
  }
}

// In columns of two from the right, up and down, around what is taken; masked so that no large area is plain.
function place(grid, all) {
  let n = 0;
  for (let right = grid.size - 1; right >= 1; right -= 2) {
    if (right === 6) right = 5;
    for (let step = 0; step < grid.size; step++) {
      const upwards = ((right + 1) & 2) === 0;
      const y = upwards ? grid.size - 1 - step : step;
      for (const x of [right, right - 1]) {
        if (grid.taken[y][x]) continue;
        const dark = n < all.length * 8 ? (all[n >> 3] >> (7 - (n & 7))) & 1 : 0;
        grid.rows[y][x] = dark ^ (MASK(x, y) ? 1 : 0);
        n++;
      }
    }
  }
}
