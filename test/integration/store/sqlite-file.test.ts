import { spawnSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect } from "chai";
import { newChunk, newSession, uuidOf } from "../../../devnet/store-documents.ts";
import { migrateStore, storeStatus } from "../../../offchain/store/administration.ts";
import { MIGRATIONS } from "../../../offchain/store/migrations/migrator.ts";
import { openStore } from "../../../offchain/store/open-store.ts";
import { skipWithout } from "../../support/skip-without.ts";
import { refusal } from "./engine-suite.ts";

const ALL_MIGRATIONS = MIGRATIONS.map(({ name }) => name);

describe("store in a file, its edges", () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), "lucid-file-")));
    file = join(folder, "state", "store.db");
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** A store with some pages of documents, closed. */
  async function filledStore(): Promise<void> {
    await using store = await openStore({ setting: file });
    await store.chunks.insertMany(Array.from({ length: 500 }, (_, idx) => newChunk(1, idx)));
  }

  it("has one writer, which it names to a second one", async () => {
    await using _writer = await openStore({ setting: file });
    const details = await refusal(openStore({ setting: file }));
    expect(details).to.deep.include({ code: "STORE_LOCKED", location: file });
    expect(details).to.have.nested.property("writer.pid", process.pid);
    expect(details).to.have.nested.property("writer.host").that.is.a("string");
  });

  it("has one writer by whatever name it is opened, also one of before it was there", async () => {
    const [link, dangling] = [join(folder, "link.db"), join(folder, "dangling.db")];
    symlinkSync(file, link);
    symlinkSync("link.db", dangling);
    await (await openStore({ setting: dangling })).close();
    expect(lstatSync(link).isSymbolicLink()).to.equal(true);
    symlinkSync(join(folder, "state"), join(folder, "other-state"));
    await using _writer = await openStore({ setting: file });
    for (const setting of [link, dangling, join(folder, "other-state", "store.db")]) {
      expect(await refusal(openStore({ setting }))).to.include({ code: "STORE_LOCKED", location: file });
      expect(await refusal(migrateStore(setting, "up"))).to.include({ code: "STORE_LOCKED" });
    }
    symlinkSync("loop.db", join(folder, "loop.db"));
    expect(await refusal(openStore({ setting: join(folder, "loop.db") }))).to.include({
      code: "STORE_UNREACHABLE",
    });
  });

  it("frees the lock when it is closed, or could not be opened", async () => {
    await (await openStore({ setting: file })).close();
    writeFileSync(join(folder, "foreign.db"), "not a database");
    for (const setting of [file, file]) await (await openStore({ setting })).close();
    for (let attempt = 0; attempt < 2; attempt += 1) {
      expect(await refusal(openStore({ setting: join(folder, "foreign.db") }))).to.include({
        code: "STORE_FOREIGN",
      });
    }
  });

  it("is read beside its writer, and not written", async () => {
    await using writer = await openStore({ setting: file });
    await using reader = await openStore({ setting: file, readOnly: true });
    await writer.sessions.insert(newSession(1));
    expect((await reader.sessions.get(uuidOf(1)))?.status).to.equal("sealed");
    expect(await refusal(reader.sessions.insert(newSession(2)))).to.include({ code: "STORE_READ_ONLY" });
    expect(await refusal(reader.sessions.move(uuidOf(1), "sealed", "pending"))).to.include({
      code: "STORE_READ_ONLY",
    });
    expect((await storeStatus(file)).collections[0]).to.include({ collection: "sessions", count: 1 });
  });

  it("is not created by a reader", async () => {
    expect(await refusal(openStore({ setting: file, readOnly: true }))).to.include({
      code: "STORE_UNREACHABLE",
    });
    expect(existsSync(file)).to.equal(false);
  });

  it("refuses a file of another kind and leaves it as it was", async () => {
    const text = join(folder, "notes.txt");
    writeFileSync(text, "dear diary, this is long enough to be a header");
    expect(await refusal(openStore({ setting: text }))).to.include({ code: "STORE_FOREIGN" });
    expect(readFileSync(text, "utf8")).to.match(/^dear diary/);

    for (const readOnly of [false, true]) {
      const details = await refusal(openStore({ setting: folder, readOnly }));
      expect(details).to.include({ code: "STORE_FOREIGN" });
    }

    const other = join(folder, "other.db");
    const database = new DatabaseSync(other);
    database.exec("CREATE TABLE notes (text TEXT)");
    database.close();
    expect(await refusal(openStore({ setting: other }))).to.include({ code: "STORE_FOREIGN" });
    expect(await refusal(openStore({ setting: other, readOnly: true }))).to.include({
      code: "STORE_FOREIGN",
    });
  });

  it("leaves nothing behind beside a path that is not its own", async () => {
    const foreign: Record<string, (path: string) => unknown> = {
      "notes.txt": (path) => writeFileSync(path, "dear diary"),
      "empty.db": (path) => writeFileSync(path, ""),
      "folder.db": (path) => mkdirSync(path),
      "other.db": (path) => {
        const database = new DatabaseSync(path);
        database.exec("PRAGMA journal_mode = WAL; CREATE TABLE notes (text TEXT)");
        database.close();
      },
      "pipe.db": (path) => spawnSync("mkfifo", [path]),
    };
    for (const [name, create] of Object.entries(foreign)) create(join(folder, name));
    const before = readdirSync(folder).sort();
    for (const name of Object.keys(foreign)) {
      const setting = join(folder, name);
      const openings = [
        () => openStore({ setting }),
        () => openStore({ setting, readOnly: true }),
        () => migrateStore(setting, "up"),
      ];
      for (const open of openings) expect(await refusal(open()), name).to.include({ code: "STORE_FOREIGN" });
    }
    expect(await refusal(migrateStore(join(folder, "nothing.db"), "up"))).to.include({
      code: "STORE_UNREACHABLE",
    });
    writeFileSync(join(folder, "gone.db-wal"), "the last writes");
    expect(await refusal(openStore({ setting: join(folder, "gone.db") }))).to.include({
      code: "STORE_DAMAGED",
    });
    expect(readdirSync(folder).sort()).to.deep.equal([...before, "gone.db-wal"].sort());
  });

  it("refuses an emptied file instead of starting a new store", async () => {
    await filledStore();
    truncateSync(file, 0);
    expect(await refusal(openStore({ setting: file }))).to.include({ code: "STORE_FOREIGN" });
    expect(statSync(file).size).to.equal(0);
  });

  it("refuses a file that was cut short or overwritten in the middle", async () => {
    await filledStore();
    const whole = join(folder, "whole.db");
    copyFileSync(file, whole);
    truncateSync(file, Math.floor(statSync(file).size / 2));
    expect(await refusal(openStore({ setting: file }))).to.include({ code: "STORE_DAMAGED" });

    copyFileSync(whole, file);
    const descriptor = openSync(file, "r+");
    writeSync(descriptor, Buffer.alloc(20_000, 0xa5), 0, 20_000, 40_960);
    expect(await refusal(openStore({ setting: file }))).to.include({ code: "STORE_DAMAGED" });
  });

  it("refuses a write-ahead log whose file is gone", async () => {
    await filledStore();
    rmSync(file);
    writeFileSync(`${file}-wal`, "the last writes");
    expect(await refusal(openStore({ setting: file }))).to.include({ code: "STORE_DAMAGED" });
    expect(readFileSync(`${file}-wal`, "utf8")).to.equal("the last writes");
  });

  it("refuses settings that name nothing it knows", async () => {
    for (const setting of ["postgres://me:secret@host/db", "", "  "]) {
      const details = await refusal(openStore({ setting }));
      expect(details).to.include({ code: "STORE_SETTING_INVALID" });
      expect(JSON.stringify(details)).to.not.include("secret");
    }
  });

  it("says which path cannot be reached", async () => {
    writeFileSync(join(folder, "state"), "a file where a folder should be");
    expect(await refusal(openStore({ setting: file }))).to.deep.include({
      code: "STORE_UNREACHABLE",
      reason: `${join(folder, "state")} is not a folder`,
    });
  });

  it("creates the folders that are missing, and no others", async () => {
    const setting = join(folder, "a", "b", "c", "store.db");
    await (await openStore({ setting })).close();
    expect(readdirSync(folder)).to.deep.equal(["a"]);
  });

  for (const root of ["/proc", "/sys"]) {
    it(`says within a second that ${root} takes no folder`, function () {
      if (!existsSync(root)) return skipWithout(this, `no ${root}`);
      const setting = join(root, "lucid", "state", "store.db");
      // In a process of its own: a call that never returns would hold up every timer of this one.
      const script = `import { openStore } from "${join(process.cwd(), "offchain/store/open-store.ts")}";
        const started = performance.now();
        await openStore({ setting: "${setting}" }).catch(({ code, message }) =>
          console.log(JSON.stringify({ code, message, took: performance.now() - started })));`;
      const { stdout, signal } = spawnSync(
        process.execPath,
        ["--import", "tsx", "--input-type=module", "--eval", script],
        { encoding: "utf8", timeout: 10_000 },
      );
      expect(signal, "killed because it never ended").to.equal(null);
      const { code, message, took } = JSON.parse(stdout);
      expect(code).to.equal("STORE_UNREACHABLE");
      expect(message).to.include(`the folder ${root}/lucid cannot be created`);
      expect(took).to.be.below(1_000);
    }).timeout(20_000);
  }

  it("says that it cannot write to a file system that is read-only", async function () {
    const mount = join(folder, "read-only");
    mkdirSync(mount);
    const { status } = spawnSync("mount", ["-t", "tmpfs", "-o", "ro", "tmpfs", mount]);
    if (status !== 0) return skipWithout(this, "no right to mount a file system");
    try {
      for (const setting of [join(mount, "store.db"), join(mount, "state", "store.db")]) {
        expect(await refusal(openStore({ setting }))).to.include({ code: "STORE_UNREACHABLE" });
      }
    } finally {
      spawnSync("umount", ["-l", mount]);
    }
  });

  it("is closed when it was closed", async () => {
    const store = await openStore({ setting: file });
    await store.close();
    await store.close();
    expect(await refusal(store.sessions.count())).to.include({ code: "STORE_CLOSED" });
  });

  it("finds a document that something else has changed", async () => {
    await (await openStore({ setting: file })).close();
    const database = new DatabaseSync(file);
    database.exec(
      `INSERT INTO work_tally VALUES ('5:x', 5, 'not an address', 1, '{"beacons":1,"slots":1}', 1)`,
    );
    database.close();
    await using store = await openStore({ setting: file });
    expect(await refusal(store.workTally.byEpoch(5))).to.include({
      code: "STORE_DOCUMENT_INVALID",
      collection: "work_tally",
      id: "5:x",
      field: "entityId",
      found: "on read",
    });
  });

  it("passes on in SQLite's words what has no name here, such as a table that something else dropped", async () => {
    await using store = await openStore({ setting: file });
    const database = new DatabaseSync(file);
    database.exec("DROP TABLE work_tally");
    database.close();
    expect(await refusal(store.workTally.byEpoch(5))).to.deep.equal({
      code: "STORE_FAILED",
      location: file,
      reason: "no such table: work_tally",
    });
  });

  it("takes a migration back only where nothing would be lost, and applies it again", async () => {
    await filledStore();
    // The later ones hold nothing here.
    for (const name of ALL_MIGRATIONS.slice(1).toReversed()) {
      expect(await migrateStore(file, "down")).to.deep.include({ changed: [name] });
    }
    expect(await refusal(migrateStore(file, "down"))).to.include({
      code: "STORE_NOT_EMPTY",
      collection: "chunks",
    });
    expect(await migrateStore(file, "up")).to.deep.include({ applied: ALL_MIGRATIONS, pending: [] });
    rmSync(file);
    await (await openStore({ setting: file })).close();
    for (const name of ALL_MIGRATIONS.toReversed()) {
      expect(await migrateStore(file, "down")).to.deep.include({ changed: [name] });
    }
    expect(await migrateStore(file, "none")).to.deep.include({ applied: [], pending: ALL_MIGRATIONS });
    expect(await refusal(openStore({ setting: file }))).to.include({ code: "STORE_MIGRATIONS_PENDING" });
    expect(await migrateStore(file, "up")).to.deep.include({ changed: ALL_MIGRATIONS, pending: [] });
    await (await openStore({ setting: file })).close();
  });

  it("refuses a file of a newer version", async () => {
    await filledStore();
    const database = new DatabaseSync(file);
    database.exec("INSERT INTO migrations VALUES ('9999-later', '2030-01-01')");
    database.close();
    const details = await refusal(openStore({ setting: file }));
    expect(details).to.deep.include({ code: "STORE_NEWER", unknown: ["9999-later"] });
  });

  it("finds drift in its own tables", async () => {
    await filledStore();
    const database = new DatabaseSync(file);
    database.exec("DROP INDEX sessions_oldest");
    database.close();
    expect((await storeStatus(file)).drift).to.have.length(1);
  });

  it("keeps nothing of a write that does not fit on the disk", async function () {
    const mount = join(folder, "small");
    mkdirSync(mount);
    const { status } = spawnSync("mount", ["-t", "tmpfs", "-o", "size=2m", "tmpfs", mount]);
    if (status !== 0) {
      if (this.test !== undefined) this.test.title += " [skipped: no right to mount a small disk]";
      return this.skip();
    }
    try {
      const setting = join(mount, "store.db");
      await using store = await openStore({ setting });
      await store.sessions.insert(newSession(1));
      const chunks = Array.from({ length: 20_000 }, (_, idx) => newChunk(1, idx));
      expect(await refusal(store.chunks.insertMany(chunks))).to.include({ code: "STORE_FULL" });
      expect(await store.chunks.count()).to.equal(0);
      expect((await store.sessions.move(uuidOf(1), "sealed", "pending")).swapped).to.equal(true);
    } finally {
      spawnSync("umount", ["-l", mount]);
    }
  });

  it("says that it may not write where it has no right to", async function () {
    if (process.getuid?.() === 0) {
      if (this.test !== undefined) this.test.title += " [skipped: root may write anywhere]";
      return this.skip();
    }
    const locked = join(folder, "locked");
    mkdirSync(locked);
    chmodSync(locked, 0o500);
    expect(await refusal(openStore({ setting: join(locked, "store.db") }))).to.include({
      code: "STORE_UNREACHABLE",
    });
  });
});
