import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, statfsSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { generateIdentity, identityToRecipient } from "age-encryption";
import { Wallet } from "ethers";
import type { Figure, Measurement } from "./figure.ts";
import type { SealRun } from "./seal/child.ts";
import type { FloorSeconds } from "./seal/floor.ts";
import { MEGABYTE, writeRandom, writeText } from "./seal/input.ts";
import {
  coreCounts,
  hasZstdAndAge,
  onCores,
  onOneCore,
  secondsOfSealTask,
  secondsOfZstdAge,
} from "./seal/programs.ts";
import type { SmallSeconds } from "./seal/small.ts";
import { median } from "./shared/timing.ts";

/** Rates are measured with this much: less, and what a seal does once (wrapping, signing) would count for more. */
const RATE_MB = 300;
const SMALL_MB = 100;
const LARGE_MB = 2000;
const WALL_MB = 1000;
const SMALL_RECORDINGS = 1_000;
/** Each pass measures what is compared one after the other; the ratio is the median of theirs. */
const PASSES = 5;
const ROUNDS = 3;
/** Input, sealed session, and as much again to spare. */
const ROOM_BYTES = 3 * LARGE_MB * MEGABYTE;

const CHILD = join(import.meta.dirname, "seal", "child.ts");
const GOALS = { vsFloor: 0.8, cores: 1.7, memoryMB: 300, textWall: 1.3, randomWall: 1.8, small: 2 };

interface Workplace {
  readonly source: string;
  readonly folder: string;
  readonly recipient: string;
}

/** The speed of sealing beside its floor and beside `zstd | age`, and its memory; all rates in MB/s of input. */
export async function measure(): Promise<Measurement> {
  const recipient = await identityToRecipient(await generateIdentity());
  const folder = mkdtempSync(join(fastestFolder(), "lucid-bench-"));
  const disk = mkdtempSync(join(tmpdir(), "lucid-bench-"));
  const place = { source: join(folder, "source"), folder, recipient };
  try {
    const figures = [
      measureFloorRatio(place),
      measureCores(place),
      measureMemory(place),
      ...measureWall(place),
    ];
    figures.push(measureSmallRecordings({ ...place, folder: disk }));
    return {
      conditions: {
        input: `incompressible where nothing else is said, in ${folder.startsWith("/dev/shm") ? "memory (tmpfs)" : "a temporary folder on disk"}; small recordings in ${tmpdir()}`,
        cores: `${cpus().length}, ${cpus()[0]?.model ?? "unknown"}; one core: ${onOneCore().length > 0 ? "pinned with taskset" : "NOT pinned, there is no taskset"}`,
        "zstd | age": hasZstdAndAge()
          ? "Debian's programs"
          : "skipped, and session seal beside it: zstd or age is not installed (apt-get install zstd age)",
        values: `medians of ${PASSES} passes, each of which measures what it compares one after the other`,
      },
      figures,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
    rmSync(disk, { recursive: true, force: true });
  }
}

/** Sealing on one core beside its floor. */
function measureFloorRatio(place: Workplace): Figure {
  const { source, folder, recipient } = place;
  writeRandom(source, RATE_MB);
  const passes = Array.from({ length: PASSES }, () => {
    const floor = fastest(runChild<FloorSeconds[]>(onOneCore(), "floor", source, String(ROUNDS)));
    const one = runSeal(place, onOneCore(), ROUNDS);
    return {
      floor: RATE_MB / floorSeconds(floor),
      floorByCryptoHash: RATE_MB / (floorSeconds(floor) - floor.segments + floor.segmentsByCryptoHash),
      byProcessorTime: floor.cpu / one.cpuSeconds,
      one: RATE_MB / one.seconds,
      zstdAge: hasZstdAndAge()
        ? RATE_MB / secondsOfZstdAge(source, join(folder, "piped"), recipient, 1)
        : Number.NaN,
    };
  });
  const of = (pick: (pass: (typeof passes)[number]) => number) => median(passes.map(pick));
  return {
    figure: "seal.vsFloor",
    value: of(({ one, floor }) => one / floor),
    unit: "ratio of rates",
    goal: { atLeast: GOALS.vsFloor },
    beside: {
      "seal MB/s": of(({ one }) => one),
      "floor MB/s": of(({ floor }) => floor),
      "by processor time": of(({ byProcessorTime }) => byProcessorTime),
      "vs floor with crypto.hash": of(({ one, floorByCryptoHash }) => one / floorByCryptoHash),
      ...(hasZstdAndAge() && { "zstd | age MB/s": of(({ zstdAge }) => zstdAge) }),
    },
  };
}

/** Sealing on more and more cores beside one: 1 GB, because starting the threads is part of it. */
function measureCores(place: Workplace): Figure {
  const { source, folder, recipient } = place;
  writeRandom(source, WALL_MB);
  const all = cpus().length;
  const counts = coreCounts();
  const passes = Array.from({ length: PASSES }, () =>
    counts.map((cores) => ({
      cores,
      seal: WALL_MB / runSeal(place, cores === all ? [] : onCores(cores), 1).seconds,
      ...(hasZstdAndAge() && {
        zstdAge: WALL_MB / secondsOfZstdAge(source, join(folder, "piped"), recipient, cores),
      }),
    })),
  );
  const of = (pick: (pass: (typeof passes)[number]) => number | undefined) =>
    median(passes.map((pass) => pick(pass) ?? Number.NaN));
  const rates = counts.flatMap((cores, place): [string, number][] => {
    const name = cores === 1 ? "1 core" : `${cores} cores`;
    const seal: [string, number] = [`seal, ${name}, MB/s`, of((pass) => pass[place]?.seal)];
    if (!hasZstdAndAge()) return [seal];
    return [seal, [`zstd | age, ${name}, MB/s`, of((pass) => pass[place]?.zstdAge)]];
  });
  return {
    figure: "seal.cores",
    value: of((pass) => (pass.at(-1)?.seal ?? Number.NaN) / (pass[0]?.seal ?? Number.NaN)),
    unit: "ratio of rates, 1 GB",
    goal: { atLeast: GOALS.cores },
    beside: Object.fromEntries(rates),
  };
}

function measureMemory(place: Workplace): Figure {
  writeRandom(place.source, SMALL_MB);
  const small = runSeal(place, [], 1).residentBytes / MEGABYTE;
  writeRandom(place.source, LARGE_MB);
  const large = runSeal(place, [], 1).residentBytes / MEGABYTE;
  return {
    figure: "seal.memory",
    value: Math.max(small, large),
    unit: "MB resident, all cores",
    goal: { atMost: GOALS.memoryMB },
    beside: { [`${SMALL_MB} MB input`]: small, [`${LARGE_MB} MB input`]: large },
  };
}

/** `npx hardhat session seal` beside `zstd -T0 | age`: what somebody at a terminal waits for. */
function measureWall({ source, folder, recipient }: Workplace): Figure[] {
  if (!hasZstdAndAge()) return [];
  const dataDir = join(folder, "wall");
  const env = {
    LUCID_DATA_DIR: dataDir,
    LUCID_STORE: join(dataDir, "store.db"),
    LUCID_OWNER_KEY: Wallet.createRandom().privateKey,
    LUCID_AGE_RECIPIENTS: recipient,
  };
  const inputs = {
    text: { write: writeText, goal: GOALS.textWall },
    incompressible: { write: writeRandom, goal: GOALS.randomWall },
  };
  return Object.entries(inputs).map(([name, { write, goal }]) => {
    write(source, WALL_MB);
    const pairs = Array.from({ length: PASSES }, () => {
      const peer = secondsOfZstdAge(source, join(folder, "piped"), recipient, cpus().length);
      const seal = secondsOfSealTask(source, env);
      rmSync(dataDir, { recursive: true });
      return { peer, seal };
    });
    return {
      figure: `seal.wall.${name}`,
      value: median(pairs.map(({ peer, seal }) => seal / peer)),
      unit: "ratio of times, 1 GB",
      goal: { atMost: goal },
      beside: {
        "session seal s": median(pairs.map(({ seal }) => seal)),
        "zstd -T0 | age s": median(pairs.map(({ peer }) => peer)),
      },
    };
  });
}

function measureSmallRecordings({ folder, recipient }: Workplace): Figure {
  const passes = Array.from({ length: PASSES }, (_, pass) => {
    const place = join(folder, String(pass));
    return runChild<SmallSeconds>([], "small", "-", String(SMALL_RECORDINGS), place, recipient);
  });
  const ms = (pick: (pass: SmallSeconds) => number) => (median(passes.map(pick)) * 1000) / SMALL_RECORDINGS;
  return {
    figure: "seal.small.vsFloor",
    value: median(passes.map(({ seal, filesInTurn }) => seal / filesInTurn)),
    unit: "ratio of times, 1,000 of 500 bytes",
    goal: { atMost: GOALS.small },
    beside: {
      "seal ms each": ms(({ seal }) => seal),
      "files in turn ms each": ms(({ filesInTurn }) => filesInTurn),
      "files 16 at a time ms each": ms(({ filesAtOnce }) => filesAtOnce),
      "ratio to files 16 at a time": median(passes.map(({ seal, filesAtOnce }) => seal / filesAtOnce)),
    },
  };
}

function fastest(rounds: readonly FloorSeconds[]): FloorSeconds {
  return rounds.reduce((best, round) => (floorSeconds(round) < floorSeconds(best) ? round : best));
}

function floorSeconds({ zstd, cipher, sha256, segments }: FloorSeconds): number {
  return zstd + cipher + sha256 + segments;
}

function runSeal({ source, folder, recipient }: Workplace, pin: readonly string[], rounds: number): SealRun {
  return runChild<SealRun>(pin, "seal", source, String(rounds), folder, recipient);
}

function runChild<Answer>(pin: readonly string[], ...args: string[]): Answer {
  const [command, ...rest] = [...pin, process.execPath, CHILD, ...args] as [string, ...string[]];
  return JSON.parse(execFileSync(command, rest, { encoding: "utf8" })) as Answer;
}

/** Memory where there is room, so that the disk is not what is measured. */
function fastestFolder(): string {
  const memory = "/dev/shm";
  if (!existsSync(memory)) return tmpdir();
  const { bavail, bsize } = statfsSync(memory);
  return bavail * bsize >= ROOM_BYTES ? memory : tmpdir();
}
