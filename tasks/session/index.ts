import { emptyTask, task } from "hardhat/config";
import { ArgumentType } from "hardhat/types/arguments";
import { json, SESSION } from "../options.ts";

export const sessionTasks = [
  emptyTask("session", "Seal, anchor, verify and open recorded sessions").build(),

  task(
    ["session", "keygen"],
    "Generate an age identity and its recipient. Example: npx hardhat session keygen",
  )
    .addOption({
      name: "out",
      type: ArgumentType.FILE_WITHOUT_DEFAULT,
      defaultValue: undefined,
      description:
        "The file for the identity; it must not exist yet (default: identity.txt in LUCID_DATA_DIR)",
    })
    .addFlag(json)
    .setAction(() => import("./keygen.ts"))
    .build(),

  task(["session", "seal"], "Seal a recording for its owner. Example: npx hardhat session seal samples")
    .addPositionalArgument({
      name: "source",
      description:
        "A recording, or a folder of asciicast recordings (*.cast), each of which becomes a session",
    })
    .addOption({
      name: "startedAt",
      type: ArgumentType.STRING_WITHOUT_DEFAULT,
      defaultValue: undefined,
      description:
        "When the recording began: 2026-01-31T09:30:00Z (ISO 8601 with its zone) or Unix seconds; required if the recording does not say so",
    })
    .addOption({
      name: "endedAt",
      type: ArgumentType.STRING_WITHOUT_DEFAULT,
      defaultValue: undefined,
      description:
        "When the recording ended, in the same form (default: what the recording says, or the file's modification time)",
    })
    .addOption({
      name: "chunkBytes",
      type: ArgumentType.STRING_WITHOUT_DEFAULT,
      defaultValue: undefined,
      description: "Plaintext bytes per chunk, at most 16777216 (default: 8388608)",
    })
    .addOption({
      name: "label",
      type: ArgumentType.STRING_WITHOUT_DEFAULT,
      defaultValue: undefined,
      description:
        "The name that session list shows, kept only in the store (default: the file's name, or its path in the folder; empty: none)",
    })
    .addFlag({ name: "noLabel", description: "Store no label, because the names of files may be secret too" })
    .addFlag(json)
    .setAction(() => import("./seal.ts"))
    .build(),

  task(["session", "open"], "Restore a recording. Example: npx hardhat session open SESSION --out tour.cast")
    .addPositionalArgument({ name: "session", description: SESSION })
    .addOption({
      name: "out",
      type: ArgumentType.FILE_WITHOUT_DEFAULT,
      defaultValue: undefined,
      description:
        "The file to write the recording to; it must not exist yet (default: SESSION-ID.recording)",
    })
    .addFlag(json)
    .setAction(() => import("./open.ts"))
    .build(),

  task(["session", "anchor"], "Anchor sessions on chain. Example: npx hardhat session anchor SESSION")
    .addVariadicArgument({
      name: "sessions",
      defaultValue: [],
      description: `${SESSION}; several are anchored as batches (default: all that wait in the store)`,
    })
    .addFlag({ name: "tree", description: "Anchor all of them under one root, in one transaction" })
    .addFlag({ name: "oneByOne", description: "Anchor each in a separate transaction" })
    .addFlag({
      name: "queue",
      description:
        "Leave them to the nodes of PoOT: the leader of a slot anchors them; sends nothing, needs no key",
    })
    .addFlag({ name: "plan", description: "Compare the cost of the three ways, and send nothing" })
    .addOption({
      name: "maxWait",
      type: ArgumentType.STRING_WITHOUT_DEFAULT,
      defaultValue: undefined,
      description:
        "While gas costs more than the last day's median, wait up to this many seconds (default: 0)",
    })
    .addFlag(json)
    .setAction(() => import("./anchor.ts"))
    .build(),

  task(
    ["session", "verify"],
    "Check a session's files, manifest, owner and chain. Exit code 0: verified, 1: not verified, 2: unconfirmed. Example: npx hardhat session verify SESSION",
  )
    .addPositionalArgument({ name: "session", description: `${SESSION}, or a session proof file` })
    .addOption({
      name: "contract",
      type: ArgumentType.STRING_WITHOUT_DEFAULT,
      defaultValue: undefined,
      description:
        "Address of LucidAnchors, from another source than the proof (default: LUCID_ANCHORS_ADDRESS, or that of deploy)",
    })
    .addFlag(json)
    .setAction(() => import("./verify.ts"))
    .build(),

  task(
    ["session", "proof"],
    "Write the proof that others need to verify a session. Example: npx hardhat session proof SESSION --out proof.json",
  )
    .addPositionalArgument({ name: "session", description: SESSION })
    .addOption({
      name: "out",
      type: ArgumentType.FILE_WITHOUT_DEFAULT,
      defaultValue: undefined,
      description: "The file to write (default: SESSION-ID.proof.json)",
    })
    .addFlag(json)
    .setAction(() => import("./proof.ts"))
    .build(),

  task(
    ["session", "list"],
    "List the sessions in the store, oldest first. Example: npx hardhat session list --status sealed",
  )
    .addOption({
      name: "limit",
      type: ArgumentType.STRING_WITHOUT_DEFAULT,
      defaultValue: undefined,
      description: "Maximum number of sessions (default: 50 on a terminal; all if piped or with --json)",
    })
    .addOption({
      name: "after",
      type: ArgumentType.STRING_WITHOUT_DEFAULT,
      defaultValue: undefined,
      description: "Full id of the session after which to continue: the last one of the previous page",
    })
    .addOption({
      name: "status",
      type: ArgumentType.STRING_WITHOUT_DEFAULT,
      defaultValue: undefined,
      description: "Only sessions with this status: sealed, pending or anchored",
    })
    .addFlag(json)
    .setAction(() => import("./list.ts"))
    .build(),
];
