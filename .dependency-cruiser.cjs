/**
 * The rooms of the house, from the ground up. A room imports from those before it, never from those after it.
 * docs/architecture.md has the picture.
 */
const ROOMS = ["sessions", "store", "evm", "contracts", "anchoring", "consensus", "payouts", "audit"];

/** Each room and every room above it: what it must not import. */
const oneWay = ROOMS.slice(0, -1).map((room, floor) => ({
  name: `${room}-imports-only-downwards`,
  comment:
    "Imports run one way: tasks → audit → payouts → consensus → anchoring → contracts → evm → store → sessions.",
  severity: "error",
  from: { path: `^offchain/${room}/` },
  to: { path: `^offchain/(${ROOMS.slice(floor + 1).join("|")})/` },
}));

module.exports = {
  forbidden: [
    ...oneWay,
    {
      name: "ground-floor-imports-no-room",
      comment: "errors, config and logger are what everything stands on.",
      severity: "error",
      from: { path: "^offchain/[^/]+\\.ts$" },
      to: { path: "^(offchain/[^/]+/|tasks/)" },
    },
    {
      name: "offchain-imports-no-task",
      comment: "A task parses, calls one function of offchain/ and prints; nothing calls a task.",
      severity: "error",
      from: { path: "^offchain/" },
      to: { path: "^(tasks|ignition|hardhat\\.config\\.ts)" },
    },
    {
      name: "devnet-and-scripts-serve-tests-and-tasks",
      comment: "Local chains and scripts are not part of what operators run.",
      severity: "error",
      from: { path: "^(offchain|ignition)/" },
      to: { path: "^(devnet|scripts|test)/" },
    },
    {
      name: "scripts-and-devnet-import-no-test",
      comment: "Tests come last: what they share with scripts stands in devnet/.",
      severity: "error",
      from: { path: "^(scripts|devnet|tasks)/" },
      to: { path: "^test/" },
    },
    {
      name: "payouts-stand-apart",
      comment: "TRON pays and nothing else: only tasks and audit may reach it.",
      severity: "error",
      from: { path: "^(offchain|devnet|ignition)/", pathNot: "^offchain/(payouts|audit)/" },
      to: { path: "^offchain/payouts/" },
    },
    {
      name: "tronweb-has-one-door",
      comment: "Only the TRON client and the local TRON node speak TRON's protocol.",
      severity: "error",
      from: {
        path: "^(offchain|tasks|devnet|scripts)/",
        pathNot: "^(offchain/payouts/tron-client\\.ts|devnet/tron/)",
      },
      to: { path: "tronweb" },
    },
    {
      name: "no-circles",
      comment: "A circle of imports is one room in disguise.",
      severity: "error",
      from: { pathNot: "^typechain-types/" },
      to: { circular: true },
    },
    {
      name: "no-test-helpers-in-production",
      comment: "What ships never reaches into the tests or the development dependencies.",
      severity: "error",
      from: { path: "^offchain/" },
      to: { dependencyTypes: ["npm-dev"] },
    },
    {
      name: "resolvable",
      comment: "An import that resolves to nothing fails at run time.",
      severity: "error",
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^(artifacts|cache|coverage)/" },
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "node", "types"] },
  },
};
