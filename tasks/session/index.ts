import { emptyTask, task } from "hardhat/config";
import { ArgumentType } from "hardhat/types/arguments";
import { json, SESSION } from "../options.ts";

export const sessionTasks = [
  emptyTask("session", "Seal, anchor, verify and open recorded sessions").build(),

  task(["session", "keygen"], "Make an age identity and its recipient. Example: npx hardhat session keygen")
    .addOption({
      name: "out",
      type: ArgumentType.FILE_WITHOUT_DEFAULT,
      defaultValue: undefined,
      description: "The file for the identity; it must not exist (default: identity.txt in LUCID_DATA_DIR)",
    })
    .addFlag(json)
    .setAction(() => import("./keygen.ts"))
    .build(),

  task(["session", "seal"], "Seal a recording for its owner. Example: npx hardhat session seal samples")
    .addPositionalArgument({
      name: "source",
      description: "A recording, or a folder of asciicast recordings (*.cast), each a session of its own",
    })
    .addOption({
      name: "startedAt",
      type: ArgumentType.STRING_WITHOUT_DEFAULT,
      defaultValue: undefined,
      description:
        "When the recording began: 2026-01-31T09:30:00Z (ISO 8601 with its zone) or Unix seconds; needed where the recording does not say so",
    })
    .addOption({
      name: "endedAt",
      type: ArgumentType.STRING_WITHOUT_DEFAULT,
      defaultValue: undefined,
      description:
        "When the recording ended, likewise (default: what the recording says, or the file's last change)",
    })
    .addOption({
      name: "chunkBytes",
      type: ArgumentType.STRING_WITHOUT_DEFAULT,
      defaultValue: undefined,
      description: "Plaintext bytes a chunk, at most 16777216 (default: 8388608)",
    })
    .addOption({
      name: "label",
      type: ArgumentType.STRING_WITHOUT_DEFAULT,
      defaultValue: undefined,
      description:
        "What session list calls it, kept in the store alone (default: the file's name, or its path in the folder; empty: none)",
    })
    .addFlag({ name: "noLabel", description: "Keep no label: the names of files may be secrets too" })
    .addFlag(json)
    .setAction(() => import("./seal.ts"))
    .build(),

  task(
    ["session", "open"],
    "Give a recording back. Example: npx hardhat session open SESSION --out tour.cast",
  )
    .addPositionalArgument({ name: "session", description: SESSION })
    .addOption({
      name: "out",
      type: ArgumentType.FILE_WITHOUT_DEFAULT,
      defaultValue: undefined,
      description: "Where the recording goes; it must not exist (default: SESSION-ID.recording)",
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
    .addFlag({ name: "tree", description: "Anchor all of them by one root, in one transaction" })
    .addFlag({ name: "oneByOne", description: "Anchor each in a transaction of its own" })
    .addFlag({
      name: "queue",
      description:
        "Leave them to the nodes of PoOT: the leader of a slot anchors them; sends nothing, needs no key",
    })
    .addFlag({ name: "plan", description: "Compare the three ways and what they cost, and send nothing" })
    .addOption({
      name: "maxWait",
      type: ArgumentType.STRING_WITHOUT_DEFAULT,
      defaultValue: undefined,
      description:
        "While gas costs more than the last day's median, wait so many seconds at most (default: 0)",
    })
    .addFlag(json)
    .setAction(() => import("./anchor.ts"))
    .build(),

  task(
    ["session", "verify"],
    "Check a session's files, manifest, owner and chain. Exit code 0: verified, 1: not, 2: contract unconfirmed. Example: npx hardhat session verify SESSION",
  )
    .addPositionalArgument({ name: "session", description: `${SESSION}, or a session proof file` })
    .addOption({
      name: "contract",
      type: ArgumentType.STRING_WITHOUT_DEFAULT,
      defaultValue: undefined,
      description:
        "Address of LucidAnchors, known from elsewhere than the proof (default: LUCID_ANCHORS_ADDRESS, or that of deploy)",
    })
    .addFlag(json)
    .setAction(() => import("./verify.ts"))
    .build(),

  task(
    ["session", "proof"],
    "Write what others need to verify a session. Example: npx hardhat session proof SESSION --out proof.json",
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
    "List the sessions that are kept here, oldest first. Example: npx hardhat session list --status sealed",
  )
    .addOption({
      name: "limit",
      type: ArgumentType.STRING_WITHOUT_DEFAULT,
      defaultValue: undefined,
      description: "How many at most (default: 50 on a terminal; all where it is piped, and with --json)",
    })
    .addOption({
      name: "after",
      type: ArgumentType.STRING_WITHOUT_DEFAULT,
      defaultValue: undefined,
      description: "Whole id of the session after which to go on: the last one of the page before",
    })
    .addOption({
      name: "status",
      type: ArgumentType.STRING_WITHOUT_DEFAULT,
      defaultValue: undefined,
      description: "Only sealed, pending or anchored ones",
    })
    .addFlag(json)
    .setAction(() => import("./list.ts"))
    .build(),
];
