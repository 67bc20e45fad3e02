import { toBeHex } from "ethers";
import { LucidAnchors__factory } from "../../../typechain-types/index.ts";
import type { SampleCall } from "../../evm/gas/sample-call.ts";
import { sessionFields, sessionLeaf } from "../../sessions/session.ts";
import {
  ANCHORS,
  placeOf,
  roleHeld,
  type SampleWorld,
  SENDER,
  type Storage,
  sampleHash,
  sampleSession,
  underSiblings,
} from "../sample-world.ts";
import { lucidAnchors } from "./descriptor.ts";

/** Storage slot of the trees' mapping, and the position of the registration time in a tree's word. */
const TREES_PLACE = 3;
const TREE_TIME_SHIFT = 32n;

const abi = LucidAnchors__factory.createInterface();
const REGISTRAR = roleHeld(lucidAnchors.roles.REGISTRAR, SENDER);
const SOMEBODY = "0x00000000000000000000000000000000000a11ce";

/** Calls of the methods whose gas is estimated, small and large ones, from which the gas of an item follows. */
export const lucidAnchorsSamples: Readonly<Record<string, (world: SampleWorld) => readonly SampleCall[]>> = {
  registerSession: (world) => [
    call(world, {}, abi.encodeFunctionData("registerSession", [...sessionFields(sampleSession("single"))])),
  ],
  registerSessions: (world) =>
    [1, 16].map((count) => {
      const sessions = Array.from({ length: count }, (_, i) => sampleSession(`batch ${i}`));
      return call(world, { sessions: count }, abi.encodeFunctionData("registerSessions", [sessions]));
    }),
  registerSessionTree: (world) => [
    call(world, {}, abi.encodeFunctionData("registerSessionTree", [sampleHash("tree"), 2 ** 20])),
  ],
  promoteSession: (world) =>
    [0, 20].map((count) => {
      const session = sampleSession("promoted");
      const { root, proof } = underSiblings(sessionLeaf(session), count);
      const data = abi.encodeFunctionData("promoteSession", [root, session, proof]);
      return call(world, { proof: count }, data, { [placeOf(root, TREES_PLACE)]: TREE });
    }),
  grantRole: (world) => [
    call(world, {}, abi.encodeFunctionData("grantRole", [lucidAnchors.roles.REGISTRAR, SOMEBODY])),
  ],
  revokeRole: (world) => [
    call(
      world,
      {},
      abi.encodeFunctionData("revokeRole", [lucidAnchors.roles.REGISTRAR, SOMEBODY]),
      roleHeld(lucidAnchors.roles.REGISTRAR, SOMEBODY),
    ),
  ],
};

/** A tree of 2^20 sessions that was registered in 2026. */
const TREE = toBeHex((1_767_225_600n << TREE_TIME_SHIFT) | BigInt(2 ** 20), 32);

function call(
  world: SampleWorld,
  items: SampleCall["items"],
  data: string,
  storage: Storage = {},
): SampleCall {
  return world.call(ANCHORS, { data, items }, { anchors: { ...REGISTRAR, ...storage } });
}
