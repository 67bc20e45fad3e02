/**
 * The layers, lowest first. A layer imports from those before it, never from those after it. docs/architecture.md has
 * the picture.
 */
const LAYERS = [
  "monitoring",
  "sessions",
  "store",
  "evm",
  "contracts",
  "anchoring",
  "consensus",
  "payouts",
  "audit",
  "operation",
];

/** Each layer and every layer above it: what it must not import. */
const oneWay = LAYERS.slice(0, -1).map((layer, level) => ({
  name: `${layer}-imports-only-downwards`,
  comment:
    "Imports run one way: tasks → audit → payouts → consensus → anchoring → contracts → evm → store → sessions → monitoring.",
  severity: "error",
  from: { path: `^offchain/${layer}/` },
  to: { path: `^offchain/(${LAYERS.slice(level + 1).join("|")})/` },
}));

module.exports = {
  forbidden: [
    ...oneWay,
    {
      name: "base-imports-no-layer",
      comment: "config, errors and logger are below every layer.",
      severity: "error",
      from: { path: "^offchain/([^/]+\\.ts$|config/)" },
      to: { path: "^(offchain/[^/]+/|tasks/)", pathNot: "^offchain/config/" },
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
      comment: "Tests come last: what they share with scripts is in devnet/.",
      severity: "error",
      from: { path: "^(scripts|devnet|tasks)/" },
      to: { path: "^test/" },
    },
    {
      name: "pages-come-last",
      comment:
        "A page bundles what it needs of offchain/, and nothing that runs outside a browser imports a page.",
      severity: "error",
      from: { path: "^(offchain|tasks|ignition|devnet|scripts)/" },
      to: { path: "^web/" },
    },
    {
      name: "pages-import-offchain-alone",
      comment: "A page runs in a visitor's browser: it has no task, no local chain and no script.",
      severity: "error",
      from: { path: "^web/" },
      to: { path: "^(tasks|ignition|devnet|scripts|test)/" },
    },
    {
      name: "payouts-are-apart",
      comment: "TRON pays and nothing else: only tasks and audit may reach it.",
      severity: "error",
      from: { path: "^(offchain|devnet|ignition)/", pathNot: "^offchain/(payouts|audit)/" },
      to: { path: "^offchain/payouts/" },
    },
    {
      name: "payouts-take-only-types-from-consensus",
      comment: "Planning a month reads what consensus concluded; it runs none of its code.",
      severity: "error",
      from: { path: "^offchain/payouts/" },
      to: { path: "^offchain/consensus/", dependencyTypesNot: ["type-only"] },
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
      comment: "A circle of imports is one module in disguise.",
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
