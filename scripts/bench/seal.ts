import { execFileSync, spawnSync } from "node:child_process";
import { randomFillSync } from "node:crypto";
import { closeSync, existsSync, mkdtempSync, openSync, rmSync, statfsSync, writeSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { generateIdentity, identityToRecipient } from "age-encryption";
import type { Measurement } from "./figure.ts";
import type { SealRun } from "./seal/child.ts";
import type { FloorSeconds } from "./seal/floor.ts";

const MEGABYTE = 1e6;
/** Rates are measured with this much: less, and what a seal does once (wrapping, signing) would count for more. */
const RATE_MB = 300;
const SMALL_MB = 100;
const LARGE_MB = 2000;
/** Each pass measures floor, seal and peers one after the other. The fastest round of each counts: what others do
 * on the machine only ever makes a round slower. */
const PASSES = 3;
const ROUNDS = 4;
/** Input, sealed session, and as much again to spare. */
const ROOM_BYTES = 3 * LARGE_MB * MEGABYTE;

const CHILD = join(import.meta.dirname, "seal", "child.ts");
const FLOOR_GOAL = 0.8;
const MEMORY_GOAL_MB = 300;

interface Pass {
  readonly floorRounds: readonly FloorSeconds[];
  readonly seal: SealRun;
  /** NaN where zstd or age is not installed. */
  readonly zstdAgeSeconds: number;
}

/** The speed of sealing beside its floor and beside `zstd | age`, and its memory; all rates in MB/s of input. */
export async function measure(): Promise<Measurement> {
  const recipient = await identityToRecipient(await generateIdentity());
  const folder = mkdtempSync(join(fastestFolder(), "lucid-bench-"));
  try {
    const source = join(folder, "source");
    writeRandom(source, RATE_MB);
    const passes = Array.from({ length: PASSES }, () => measurePass(source, folder, recipient));
    const parts = passes
      .flatMap((pass) => pass.floorRounds)
      .reduce((fastest, round) => (floorSeconds(round) < floorSeconds(fastest) ? round : fastest));
    const floor = RATE_MB / floorSeconds(parts);
    const floorByCryptoHash = RATE_MB / (floorSeconds(parts) - parts.segments + parts.segmentsByCryptoHash);
    const seal = RATE_MB / Math.min(...passes.map((pass) => pass.seal.seconds));
    const floorCpu = Math.min(...passes.flatMap((pass) => pass.floorRounds.map((round) => round.cpu)));
    const cpuRatio = floorCpu / Math.min(...passes.map((pass) => pass.seal.cpuSeconds));
    const zstdAge = RATE_MB / Math.min(...passes.map((pass) => pass.zstdAgeSeconds));
    const isBesideZstdAge = Number.isFinite(zstdAge);

    writeRandom(source, SMALL_MB);
    const smallMB = runSeal(source, folder, recipient, 1).residentBytes / MEGABYTE;
    writeRandom(source, LARGE_MB);
    const run = runSeal(source, folder, recipient, 1);
    const largeMB = run.residentBytes / MEGABYTE;

    return {
      conditions: {
        input: `incompressible, ${RATE_MB} MB, in ${folder.startsWith("/dev/shm") ? "memory (tmpfs)" : "a temporary folder on disk"}`,
        core: `one of ${cpus().length}, ${cpus()[0]?.model ?? "unknown"}${pin().length > 0 ? ", pinned with taskset" : ", NOT pinned: there is no taskset"}`,
        "zstd | age": !isBesideZstdAge ? "skipped: zstd or age is not installed" : "Debian's programs",
        "seconds of the floor": Object.entries(parts)
          .map(([part, time]) => `${part} ${time.toFixed(3)}`)
          .join(", "),
      },
      figures: [
        {
          figure: "seal.vsFloor",
          value: seal / floor,
          unit: "ratio of rates",
          goal: { atLeast: FLOOR_GOAL },
          beside: {
            "seal MB/s": seal,
            "floor MB/s": floor,
            "the ratio by processor time": cpuRatio,
            "floor with crypto.hash for segments MB/s": floorByCryptoHash,
            "seal vs that floor": seal / floorByCryptoHash,
            ...(isBesideZstdAge ? { "zstd | age MB/s": zstdAge, "seal vs zstd | age": seal / zstdAge } : {}),
          },
        },
        {
          figure: "seal.memory",
          value: Math.max(smallMB, largeMB),
          unit: "MB resident",
          goal: { atMost: MEMORY_GOAL_MB },
          beside: {
            [`${SMALL_MB} MB input`]: smallMB,
            [`${LARGE_MB} MB input`]: largeMB,
            [`${LARGE_MB} MB input, MB/s`]: LARGE_MB / run.seconds,
          },
        },
      ],
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function measurePass(source: string, folder: string, recipient: string): Pass {
  return {
    floorRounds: runChild<FloorSeconds[]>("floor", source, String(ROUNDS)),
    seal: runSeal(source, folder, recipient, ROUNDS),
    zstdAgeSeconds: measureZstdAge(source, folder, recipient),
  };
}

function floorSeconds({ zstd, cipher, sha256, segments }: FloorSeconds): number {
  return zstd + cipher + sha256 + segments;
}

function runSeal(source: string, folder: string, recipient: string, rounds: number): SealRun {
  return runChild<SealRun>("seal", source, String(rounds), folder, recipient);
}

function runChild<Answer>(...args: string[]): Answer {
  const [command, ...rest] = [...pin(), process.execPath, CHILD, ...args] as [string, ...string[]];
  return JSON.parse(execFileSync(command, rest, { encoding: "utf8" })) as Answer;
}

/** Seconds of the programs, on the same core. */
function measureZstdAge(source: string, folder: string, recipient: string): number {
  if (!isInstalled("zstd") || !isInstalled("age")) return Number.NaN;
  const pipe = `zstd -q --single-thread -c "$0" | age -r "$1" > "$2"`;
  const [command, ...args] = [...pin(), ...["sh", "-c", pipe, source, recipient, join(folder, "piped")]] as [
    string,
    ...string[],
  ];
  const started = performance.now();
  execFileSync(command, args);
  return (performance.now() - started) / 1000;
}

/** The last core: the first one serves most interrupts. */
function pin(): string[] {
  return isInstalled("taskset") ? ["taskset", "-c", String(cpus().length - 1)] : [];
}

function isInstalled(program: string): boolean {
  return spawnSync(program, ["--version"]).error === undefined;
}

/** Memory where there is room, so that the disk is not what is measured. */
function fastestFolder(): string {
  const memory = "/dev/shm";
  if (!existsSync(memory)) return tmpdir();
  const { bavail, bsize } = statfsSync(memory);
  return bavail * bsize >= ROOM_BYTES ? memory : tmpdir();
}

function writeRandom(path: string, megabytes: number): void {
  const block = Buffer.alloc(MEGABYTE);
  const file = openSync(path, "w");
  for (let written = 0; written < megabytes; written++) writeSync(file, randomFillSync(block));
  closeSync(file);
}
