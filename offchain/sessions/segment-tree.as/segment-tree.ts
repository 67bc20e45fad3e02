/**
 * SHA-256 (FIPS 180-4) of four messages of one length at a time, one in each 32-bit lane of a SIMD register, for
 * the Merkle Tree Hash of RFC 6962. A call of a native hash for each 1 KiB segment costs more than its hashing.
 *
 * AssemblyScript. Compiled by `npm run build:wasm` into ../segment-tree-wasm.ts, which is checked in.
 */

const ROUND_CONSTANTS: StaticArray<u32> = [
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
  0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
  0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
  0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
  0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
  0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
  0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
  0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
];

const LANES: u32 = 4;
const WORD_BYTES: u32 = 4;
const VECTOR_BYTES: u32 = 16;
const BLOCK_BYTES: u32 = 64;
const NODE_BYTES: u32 = 32;
const SEGMENT_BYTES: u32 = 1024;

/** Prefixes of RFC 6962, section 2.1, in the first byte of a message's first word. */
const LEAF_PREFIX: u32 = 0x00;
const NODE_PREFIX: u32 = 0x01;

/** The bit after a message (FIPS 180-4, section 5.1.1), behind the one byte that the prefix pushed over. */
const END_BIT: u32 = 0x00800000;

/** Working registers of the four lanes, and the message schedule of one block: 16 words of four lanes. */
const state = memory.data(8 * 16, 16);
const schedule = memory.data(16 * 16, 16);

/** Room for one node. */
const spare = memory.data(32, 16);

// @ts-ignore: decorator
@inline
function rotr(x: v128, n: i32): v128 {
  return v128.or(v128.shr<u32>(x, n), v128.shl<u32>(x, 32 - n));
}

// @ts-ignore: decorator
@inline
function add(a: v128, b: v128): v128 {
  return v128.add<u32>(a, b);
}

// @ts-ignore: decorator
@inline
function bigSigma0(x: v128): v128 {
  return v128.xor(v128.xor(rotr(x, 2), rotr(x, 13)), rotr(x, 22));
}

// @ts-ignore: decorator
@inline
function bigSigma1(x: v128): v128 {
  return v128.xor(v128.xor(rotr(x, 6), rotr(x, 11)), rotr(x, 25));
}

// @ts-ignore: decorator
@inline
function smallSigma0(x: v128): v128 {
  return v128.xor(v128.xor(rotr(x, 7), rotr(x, 18)), v128.shr<u32>(x, 3));
}

// @ts-ignore: decorator
@inline
function smallSigma1(x: v128): v128 {
  return v128.xor(v128.xor(rotr(x, 17), rotr(x, 19)), v128.shr<u32>(x, 10));
}

/** Word `t` (0 to 15) of the schedule. */
// @ts-ignore: decorator
@inline
function word(t: u32): v128 {
  return v128.load(schedule + t * VECTOR_BYTES);
}

/** Puts the word sixteen rounds on into the place of word `t` (0 to 15) and returns it: W of FIPS 180-4, 6.2.2. */
// @ts-ignore: decorator
@inline
function expand(t: u32): v128 {
  const sum = add(smallSigma1(word((t + 14) & 15)), word((t + 9) & 15));
  const value = add(sum, add(smallSigma0(word((t + 1) & 15)), word(t)));
  v128.store(schedule + t * VECTOR_BYTES, value);
  return value;
}

/** T1 of FIPS 180-4, 6.2.2; `at` is where the round's constant lies. */
// @ts-ignore: decorator
@inline
function temporary1(e: v128, f: v128, g: v128, h: v128, at: usize, w: v128): v128 {
  const choice = v128.xor(g, v128.and(e, v128.xor(f, g)));
  return add(add(add(h, w), add(v128.load32_splat(at), choice)), bigSigma1(e));
}

/** T2 of FIPS 180-4, 6.2.2. */
// @ts-ignore: decorator
@inline
function temporary2(a: v128, b: v128, c: v128): v128 {
  const majority = v128.xor(b, v128.and(v128.xor(a, b), v128.xor(b, c)));
  return add(bigSigma0(a), majority);
}

/** FIPS 180-4, section 6.2.2, over the block in `schedule`. */
function compress(): void {
  let a = v128.load(state, 0 * VECTOR_BYTES);
  let b = v128.load(state, 1 * VECTOR_BYTES);
  let c = v128.load(state, 2 * VECTOR_BYTES);
  let d = v128.load(state, 3 * VECTOR_BYTES);
  let e = v128.load(state, 4 * VECTOR_BYTES);
  let f = v128.load(state, 5 * VECTOR_BYTES);
  let g = v128.load(state, 6 * VECTOR_BYTES);
  let h = v128.load(state, 7 * VECTOR_BYTES);
  let k = changetype<usize>(ROUND_CONSTANTS);

  // Unrolled: a round renames the registers instead of moving them, and after eight they have their names back.
  h = temporary1(e, f, g, h, k + 0, word(0));
  d = add(d, h);
  h = add(h, temporary2(a, b, c));
  g = temporary1(d, e, f, g, k + 4, word(1));
  c = add(c, g);
  g = add(g, temporary2(h, a, b));
  f = temporary1(c, d, e, f, k + 8, word(2));
  b = add(b, f);
  f = add(f, temporary2(g, h, a));
  e = temporary1(b, c, d, e, k + 12, word(3));
  a = add(a, e);
  e = add(e, temporary2(f, g, h));
  d = temporary1(a, b, c, d, k + 16, word(4));
  h = add(h, d);
  d = add(d, temporary2(e, f, g));
  c = temporary1(h, a, b, c, k + 20, word(5));
  g = add(g, c);
  c = add(c, temporary2(d, e, f));
  b = temporary1(g, h, a, b, k + 24, word(6));
  f = add(f, b);
  b = add(b, temporary2(c, d, e));
  a = temporary1(f, g, h, a, k + 28, word(7));
  e = add(e, a);
  a = add(a, temporary2(b, c, d));
  h = temporary1(e, f, g, h, k + 32, word(8));
  d = add(d, h);
  h = add(h, temporary2(a, b, c));
  g = temporary1(d, e, f, g, k + 36, word(9));
  c = add(c, g);
  g = add(g, temporary2(h, a, b));
  f = temporary1(c, d, e, f, k + 40, word(10));
  b = add(b, f);
  f = add(f, temporary2(g, h, a));
  e = temporary1(b, c, d, e, k + 44, word(11));
  a = add(a, e);
  e = add(e, temporary2(f, g, h));
  d = temporary1(a, b, c, d, k + 48, word(12));
  h = add(h, d);
  d = add(d, temporary2(e, f, g));
  c = temporary1(h, a, b, c, k + 52, word(13));
  g = add(g, c);
  c = add(c, temporary2(d, e, f));
  b = temporary1(g, h, a, b, k + 56, word(14));
  f = add(f, b);
  b = add(b, temporary2(c, d, e));
  a = temporary1(f, g, h, a, k + 60, word(15));
  e = add(e, a);
  a = add(a, temporary2(b, c, d));

  for (let sixteen = 1; sixteen < 4; sixteen++) {
    k += 16 * WORD_BYTES;
    h = temporary1(e, f, g, h, k + 0, expand(0));
    d = add(d, h);
    h = add(h, temporary2(a, b, c));
    g = temporary1(d, e, f, g, k + 4, expand(1));
    c = add(c, g);
    g = add(g, temporary2(h, a, b));
    f = temporary1(c, d, e, f, k + 8, expand(2));
    b = add(b, f);
    f = add(f, temporary2(g, h, a));
    e = temporary1(b, c, d, e, k + 12, expand(3));
    a = add(a, e);
    e = add(e, temporary2(f, g, h));
    d = temporary1(a, b, c, d, k + 16, expand(4));
    h = add(h, d);
    d = add(d, temporary2(e, f, g));
    c = temporary1(h, a, b, c, k + 20, expand(5));
    g = add(g, c);
    c = add(c, temporary2(d, e, f));
    b = temporary1(g, h, a, b, k + 24, expand(6));
    f = add(f, b);
    b = add(b, temporary2(c, d, e));
    a = temporary1(f, g, h, a, k + 28, expand(7));
    e = add(e, a);
    a = add(a, temporary2(b, c, d));
    h = temporary1(e, f, g, h, k + 32, expand(8));
    d = add(d, h);
    h = add(h, temporary2(a, b, c));
    g = temporary1(d, e, f, g, k + 36, expand(9));
    c = add(c, g);
    g = add(g, temporary2(h, a, b));
    f = temporary1(c, d, e, f, k + 40, expand(10));
    b = add(b, f);
    f = add(f, temporary2(g, h, a));
    e = temporary1(b, c, d, e, k + 44, expand(11));
    a = add(a, e);
    e = add(e, temporary2(f, g, h));
    d = temporary1(a, b, c, d, k + 48, expand(12));
    h = add(h, d);
    d = add(d, temporary2(e, f, g));
    c = temporary1(h, a, b, c, k + 52, expand(13));
    g = add(g, c);
    c = add(c, temporary2(d, e, f));
    b = temporary1(g, h, a, b, k + 56, expand(14));
    f = add(f, b);
    b = add(b, temporary2(c, d, e));
    a = temporary1(f, g, h, a, k + 60, expand(15));
    e = add(e, a);
    a = add(a, temporary2(b, c, d));
  }

  v128.store(state, add(a, v128.load(state, 0 * VECTOR_BYTES)), 0 * VECTOR_BYTES);
  v128.store(state, add(b, v128.load(state, 1 * VECTOR_BYTES)), 1 * VECTOR_BYTES);
  v128.store(state, add(c, v128.load(state, 2 * VECTOR_BYTES)), 2 * VECTOR_BYTES);
  v128.store(state, add(d, v128.load(state, 3 * VECTOR_BYTES)), 3 * VECTOR_BYTES);
  v128.store(state, add(e, v128.load(state, 4 * VECTOR_BYTES)), 4 * VECTOR_BYTES);
  v128.store(state, add(f, v128.load(state, 5 * VECTOR_BYTES)), 5 * VECTOR_BYTES);
  v128.store(state, add(g, v128.load(state, 6 * VECTOR_BYTES)), 6 * VECTOR_BYTES);
  v128.store(state, add(h, v128.load(state, 7 * VECTOR_BYTES)), 7 * VECTOR_BYTES);
}

/** The initial hash value, FIPS 180-4, section 5.3.3. */
function reset(): void {
  v128.store(state, i32x4.splat(0x6a09e667), 0 * VECTOR_BYTES);
  v128.store(state, i32x4.splat(0xbb67ae85), 1 * VECTOR_BYTES);
  v128.store(state, i32x4.splat(0x3c6ef372), 2 * VECTOR_BYTES);
  v128.store(state, i32x4.splat(0xa54ff53a), 3 * VECTOR_BYTES);
  v128.store(state, i32x4.splat(0x510e527f), 4 * VECTOR_BYTES);
  v128.store(state, i32x4.splat(0x9b05688c), 5 * VECTOR_BYTES);
  v128.store(state, i32x4.splat(0x1f83d9ab), 6 * VECTOR_BYTES);
  v128.store(state, i32x4.splat(0x5be0cd19), 7 * VECTOR_BYTES);
}

/** Reverses the bytes of each word: SHA-256 is big-endian, WebAssembly little-endian. */
// @ts-ignore: decorator
@inline
function swapBytes(x: v128): v128 {
  return i8x16.shuffle(x, x, 3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12);
}

/** Four words of each of four lanes, in memory order, into four words of the schedule: a 4 x 4 transposition. */
// @ts-ignore: decorator
@inline
function transpose(r0: v128, r1: v128, r2: v128, r3: v128, to: usize): void {
  const low01 = i32x4.shuffle(r0, r1, 0, 4, 1, 5);
  const high01 = i32x4.shuffle(r0, r1, 2, 6, 3, 7);
  const low23 = i32x4.shuffle(r2, r3, 0, 4, 1, 5);
  const high23 = i32x4.shuffle(r2, r3, 2, 6, 3, 7);
  v128.store(to, i64x2.shuffle(low01, low23, 0, 2), 0 * VECTOR_BYTES);
  v128.store(to, i64x2.shuffle(low01, low23, 1, 3), 1 * VECTOR_BYTES);
  v128.store(to, i64x2.shuffle(high01, high23, 0, 2), 2 * VECTOR_BYTES);
  v128.store(to, i64x2.shuffle(high01, high23, 1, 3), 3 * VECTOR_BYTES);
}

/** The block that begins at `from` in the first lane, and `stride` bytes further in each next one. */
// @ts-ignore: decorator
@inline
function loadBlock(from: usize, stride: u32): void {
  for (let at: u32 = 0; at < BLOCK_BYTES; at += VECTOR_BYTES) {
    transpose(
      swapBytes(v128.load(from + at)),
      swapBytes(v128.load(from + stride + at)),
      swapBytes(v128.load(from + 2 * stride + at)),
      swapBytes(v128.load(from + 3 * stride + at)),
      schedule + at * LANES,
    );
  }
}

/** Puts the prefix into the first byte of the four messages. */
// @ts-ignore: decorator
@inline
function setPrefix(prefix: u32): void {
  const rest = v128.and(v128.load(schedule), i32x4.splat(0x00ffffff));
  v128.store(schedule, v128.or(rest, i32x4.splat(prefix << 24)));
}

/** The last block: the byte that the prefix pushed over, the end bit, zeros, the length in bits. */
// @ts-ignore: decorator
@inline
function loadLastBlock(lastByte: usize, stride: u32, messageBytes: u32): void {
  const bytes = i32x4(
    load<u8>(lastByte),
    load<u8>(lastByte + stride),
    load<u8>(lastByte + 2 * stride),
    load<u8>(lastByte + 3 * stride),
  );
  v128.store(schedule, v128.or(i32x4.shl(bytes, 24), i32x4.splat(END_BIT)));
  memory.fill(schedule + VECTOR_BYTES, 0, 14 * VECTOR_BYTES);
  v128.store(schedule, i32x4.splat(messageBytes * 8), 15 * VECTOR_BYTES);
}

/** The four digests, one after the other. */
// @ts-ignore: decorator
@inline
function storeDigests(to: usize): void {
  for (let half: u32 = 0; half < 2; half++) {
    const from = state + half * LANES * VECTOR_BYTES;
    transpose(
      v128.load(from),
      v128.load(from, VECTOR_BYTES),
      v128.load(from, 2 * VECTOR_BYTES),
      v128.load(from, 3 * VECTOR_BYTES),
      schedule,
    );
    for (let lane: u32 = 0; lane < LANES; lane++) {
      v128.store(to + lane * NODE_BYTES + half * VECTOR_BYTES, swapBytes(v128.load(schedule + lane * VECTOR_BYTES)));
    }
  }
}

/** Hashes `prefix || body` of four bodies of `bodyBytes` (a multiple of 64), which lie one after the other. */
// @ts-ignore: decorator
@inline
function hashFour(bodies: usize, bodyBytes: u32, prefix: u32, digests: usize): void {
  reset();
  // The prefix shifts every message by a byte: each block begins a byte before its place in the body.
  loadBlock(bodies - 1, bodyBytes);
  setPrefix(prefix);
  compress();
  for (let at = BLOCK_BYTES; at < bodyBytes; at += BLOCK_BYTES) {
    loadBlock(bodies - 1 + at, bodyBytes);
    compress();
  }
  loadLastBlock(bodies + bodyBytes - 1, bodyBytes, bodyBytes + 1);
  compress();
  storeDigests(digests);
}

/**
 * SHA-256(0x00 || segment) of `count` whole segments at `segments`, to `hashes`. Works in fours: it reads up to
 * three segments and writes up to three hashes past the end.
 */
export function hashSegments(segments: usize, count: u32, hashes: usize): void {
  for (let at: u32 = 0; at < count; at += LANES) {
    hashFour(segments + at * SEGMENT_BYTES, SEGMENT_BYTES, LEAF_PREFIX, hashes + at * NODE_BYTES);
  }
}

/**
 * Folds `count` leaf hashes at `nodes` into their root, in place: it ends up at `nodes`. A node without a sibling
 * goes up as it is (RFC 6962). Reads up to three pairs past the end.
 */
export function foldTree(nodes: usize, count: u32): void {
  while (count > 1) {
    const pairs = count >> 1;
    const odd = nodes + (count - 1) * NODE_BYTES;
    // The fours write over what they have read, and past their end: the odd node is taken out of their way.
    memory.copy(spare, odd, NODE_BYTES);
    for (let pair: u32 = 0; pair < pairs; pair += LANES) {
      hashFour(nodes + pair * 2 * NODE_BYTES, 2 * NODE_BYTES, NODE_PREFIX, nodes + pair * NODE_BYTES);
    }
    if (count & 1) memory.copy(nodes + pairs * NODE_BYTES, spare, NODE_BYTES);
    count = pairs + (count & 1);
  }
}
