import { RuleError } from "./rules/errors.ts";

/** An address in words of 32 bits. */
const WORDS = 5;
const BYTES_PER_WORD = 4;
const DIGITS_PER_WORD = 8;
const ID_LENGTH = 2 + WORDS * DIGITS_PER_WORD;
const FIRST_CAPACITY = 1024;
const NOBODY = -1;
const NO_DIGIT = 255;
/** How far from its own place an id may be put before the places are mixed. In half-full tables few are 20 away. */
const CROWDED = 100;

/** Value of each lower-case hex digit by its character code. */
const DIGITS = new Uint8Array(128).fill(NO_DIGIT);
for (const [value, digit] of [..."0123456789abcdef"].entries()) DIGITS[digit.charCodeAt(0)] = value;

/**
 * Gives entities small whole numbers, so that what is known of them fits into typed arrays.
 *
 * A hash table with open addressing over the 20 bytes of the ids: 28 bytes an entity while it is half full. A Map of a
 * million strings takes a multiple of that, and most of the time that a slot may take. Numbers that become free are
 * given out again.
 *
 * An id's place follows from its first digits, so that a tally, which is in the order of ids, is looked up from one end
 * of memory to the other: at a million entities that is three times as fast as going to and fro. Addresses are hashes
 * and spread evenly; but anybody can search for some that begin alike. Once they crowd, the places are mixed for good.
 */
export class EntityNumbers {
  /** Number + 1 of the entity at each place, 0 where there is none; its length is a power of two. */
  private places = new Int32Array(2 * FIRST_CAPACITY);
  /** The id of each number. */
  private words = new Uint32Array(WORDS * FIRST_CAPACITY);
  private readonly free: number[] = [];
  private readonly sought = new Uint32Array(WORDS);
  private readonly bytes = Buffer.alloc(WORDS * BYTES_PER_WORD);
  private used = 0;
  private isMixed = false;

  /** Numbers run from 0 to before this one. */
  get end(): number {
    return this.used;
  }

  get size(): number {
    return this.used - this.free.length;
  }

  /** How many numbers there is room for before everything grows. */
  get capacity(): number {
    return this.words.length / WORDS;
  }

  /** @throws {RuleError} ENTITY_ID_INVALID */
  find(entityId: string): number | undefined {
    const number = this.numberAt(this.placeOf(entityId));
    return number === NOBODY ? undefined : number;
  }

  /**
   * The number of an entity, a new one where it has none.
   *
   * @throws {RuleError} ENTITY_ID_INVALID
   */
  findOrAdd(entityId: string): number {
    const place = this.placeOf(entityId);
    const known = this.numberAt(place);
    return known === NOBODY ? this.add(place) : known;
  }

  idOf(number: number): string {
    for (let word = 0; word < WORDS; word += 1) {
      this.bytes.writeUInt32BE(this.words[WORDS * number + word] ?? 0, BYTES_PER_WORD * word);
    }
    return `0x${this.bytes.toString("hex")}`;
  }

  /** Frees the number of an entity that has one. */
  remove(number: number): void {
    let hole = this.placeOf(this.idOf(number));
    const mask = this.places.length - 1;
    // Those behind it move up where they may, so that no search ends at the hole too early.
    for (let place = (hole + 1) & mask; this.numberAt(place) !== NOBODY; place = (place + 1) & mask) {
      const home = this.homeOf(this.words, WORDS * this.numberAt(place));
      if (((place - home) & mask) < ((place - hole) & mask)) continue;
      this.places[hole] = this.places[place] ?? 0;
      hole = place;
    }
    this.places[hole] = 0;
    this.free.push(number);
  }

  private add(place: number): number {
    if (this.free.length === 0 && this.used === this.capacity) {
      const words = new Uint32Array(2 * this.words.length);
      words.set(this.words);
      this.words = words;
      this.putAll(2 * this.places.length);
      return this.add(this.search());
    }
    const number = this.free.pop() ?? this.used++;
    this.words.set(this.sought, WORDS * number);
    this.places[place] = number + 1;
    this.mixIfCrowded(place, number);
    return number;
  }

  private mixIfCrowded(place: number, number: number): void {
    const distance = (place - this.homeOf(this.words, WORDS * number)) & (this.places.length - 1);
    if (distance <= CROWDED || this.isMixed) return;
    this.isMixed = true;
    this.putAll(this.places.length);
  }

  /** Gives all that have a place a new one. */
  private putAll(length: number): void {
    const old = this.places;
    this.places = new Int32Array(length);
    const mask = length - 1;
    for (const taken of old) {
      if (taken === 0) continue;
      let place = this.homeOf(this.words, WORDS * (taken - 1));
      while (this.places[place] !== 0) place = (place + 1) & mask;
      this.places[place] = taken;
    }
  }

  private numberAt(place: number): number {
    return (this.places[place] ?? 0) - 1;
  }

  /** The place of an id, or the one where it would be. */
  private placeOf(entityId: string): number {
    this.parse(entityId);
    return this.search();
  }

  private search(): number {
    const { places, words, sought } = this;
    const mask = places.length - 1;
    for (let place = this.homeOf(sought, 0); ; place = (place + 1) & mask) {
      const number = (places[place] ?? 0) - 1;
      if (number === NOBODY) return place;
      const at = WORDS * number;
      if (
        words[at] === sought[0] &&
        words[at + 1] === sought[1] &&
        words[at + 2] === sought[2] &&
        words[at + 3] === sought[3] &&
        words[at + 4] === sought[4]
      ) {
        return place;
      }
    }
  }

  private homeOf(words: Uint32Array, at: number): number {
    const { length } = this.places;
    if (!this.isMixed) return Math.floor(((words[at] ?? 0) / 2 ** 32) * length);
    let hash = 0;
    for (let word = 0; word < WORDS; word += 1) {
      hash = Math.imul(hash ^ (words[at + word] ?? 0), 0x9e3779b1);
      hash ^= hash >>> 15;
    }
    hash = Math.imul(hash, 0x85ebca6b);
    return (hash ^ (hash >>> 13)) & (length - 1);
  }

  private parse(entityId: string): void {
    let faults = entityId.length ^ ID_LENGTH;
    if (entityId.charCodeAt(0) !== 0x30 || entityId.charCodeAt(1) !== 0x78) faults = 1;
    for (let word = 0, at = 2; word < WORDS; word += 1) {
      let value = 0;
      for (const end = at + DIGITS_PER_WORD; at < end; at += 1) {
        const digit = DIGITS[entityId.charCodeAt(at)] ?? NO_DIGIT;
        faults |= digit >> 4;
        value = (value << 4) | digit;
      }
      this.sought[word] = value;
    }
    if (faults !== 0) throw new RuleError({ code: "ENTITY_ID_INVALID", entityId });
  }
}
