import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import type { SessionError } from "../../../offchain/sessions/errors.ts";
import {
  type SealedRecording,
  type SealRecordingsOptions,
  sealRecordings,
} from "../../../offchain/sessions/seal-recordings.ts";
import { verifySessionFiles } from "../../../offchain/sessions/verify-session-files.ts";
import { failureOf, newTrial, noise, STARTED_AT, type Trial } from "./trial.ts";

const MIB = 2 ** 20;

describe("sealing many recordings", () => {
  let trial: Trial;
  beforeEach(async () => {
    trial = await newTrial();
  });
  afterEach(() => trial.end());

  const seal = async (sources: readonly string[], change: Partial<SealRecordingsOptions> = {}) => {
    const { dataDir, owner, recipient } = trial;
    const groups: (readonly SealedRecording[])[] = [];
    const failures: [string, SessionError][] = [];
    await sealRecordings({
      ...{ sources, dataDir, owner, recipients: [recipient], startedAt: STARTED_AT, endedAt: STARTED_AT },
      onSealed: async (group) => void groups.push(group),
      onFailed: (source, error) => void failures.push([source, error]),
      ...change,
    });
    return { groups, sealed: groups.flat(), failures };
  };
  const record = (count: number, bytes: number) =>
    [...Array(count).keys()].map((at) => trial.record(noise(bytes), `${at}.cast`));
  const sessions = () => readdirSync(join(trial.dataDir, "sessions")).sort();

  it("gives each a session of its own, handed over in groups", async function () {
    this.timeout(60_000);
    const sources = record(130, 500);
    const { groups, sealed, failures } = await seal(sources);
    expect(failures).to.deep.equal([]);
    expect(sealed.map(({ source }) => source)).to.have.members(sources);
    expect(sessions()).to.have.members(sealed.map(({ sealed: { manifest } }) => manifest.sessionId));
    expect(groups.length, "groups, not one by one").to.be.below(20);
    for (const { sealed: session } of sealed.slice(0, 5)) {
      expect((await verifySessionFiles(session.directory)).findings).to.deep.equal([]);
    }
  });

  it("goes on where one cannot be sealed, and says how far it is to the end", async () => {
    const sources = record(3, 500);
    const empty = trial.record("", "empty.cast");
    const gone = join(trial.folder, "gone.cast");
    let last = { bytes: 0, totalBytes: -1 };
    const onProgress = (progress: typeof last) => {
      last = progress;
    };
    const { sealed, failures } = await seal([gone, ...sources, empty], { onProgress });
    expect(sealed.map(({ source }) => source)).to.have.members(sources);
    expect(failures.map(([source, { code }]) => [source, code])).to.have.deep.members([
      [gone, "SESSION_RECORDING_UNREADABLE"],
      [empty, "SESSION_RECORDING_EMPTY"],
    ]);
    expect(last).to.deep.equal({ bytes: 1500, totalBytes: 1500 });
  });

  it("shares threads among recordings of several sizes", async function () {
    this.timeout(60_000);
    const sources = [70 * MIB, 500, 3 * MIB, 9 * MIB, 1].map((bytes, at) =>
      trial.record(noise(bytes), `${at}.cast`),
    );
    const { sealed } = await seal(sources);
    expect(sealed.map(({ source }) => source)).to.have.members(sources);
    for (const { sealed: session } of sealed) {
      expect((await verifySessionFiles(session.directory)).findings).to.deep.equal([]);
    }
  });

  it("interrupted, hands over what is sealed and leaves nothing of the rest", async () => {
    const sources = record(60, 500);
    const controller = new AbortController();
    const handedOver: SealedRecording[] = [];
    const onProgress = ({ bytes }: { bytes: number }) => {
      if (bytes > 10_000) controller.abort();
    };
    const { code } = await failureOf(() =>
      seal(sources, {
        ...{ signal: controller.signal, onProgress },
        onSealed: async (group) => void handedOver.push(...group),
      }),
    );
    expect(code).to.equal("SESSION_SEAL_INTERRUPTED");
    expect(handedOver.length).to.be.within(1, sources.length - 1);
    expect(sessions()).to.have.members(handedOver.map(({ sealed: { manifest } }) => manifest.sessionId));
  });

  it("ends at once where nothing could be sealed", async () => {
    const recipients = ["age1nonsense"];
    const { code } = await failureOf(() => seal(record(5, 10), { recipients }));
    expect(code).to.equal("SESSION_RECIPIENT_INVALID");
    expect(existsSync(join(trial.dataDir, "sessions")) ? sessions() : []).to.deep.equal([]);
  });

  it("ends where its sessions cannot be taken", async () => {
    const full = () => Promise.reject(new Error("the store is full"));
    const error = await seal(record(3, 10), { onSealed: full }).catch((reason) => reason);
    expect(error).to.have.property("message", "the store is full");
  });
});
