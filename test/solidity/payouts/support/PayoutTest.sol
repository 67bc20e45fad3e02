// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import { IAccessControl } from "@openzeppelin/contracts/access/IAccessControl.sol";
import { PayoutLedger } from "../../../../contracts/payouts/PayoutLedger.sol";
import { PayoutRouterKYC } from "../../../../contracts/payouts/PayoutRouterKYC.sol";
import { PayoutRouterV0 } from "../../../../contracts/payouts/PayoutRouterV0.sol";
import { IPayoutRouter } from "../../../../contracts/payouts/interfaces/IPayoutRouter.sol";
import { IPayoutRouterKYC } from "../../../../contracts/payouts/interfaces/IPayoutRouterKYC.sol";
import { TetherOnTron } from "../../../../contracts/payouts/mocks/TetherOnTron.sol";
import { Trees } from "../../support/Trees.sol";
import { Vm } from "../../support/Vm.sol";
import { deployed } from "../../support/Deployed.sol";

/// @notice Routers, ledger, token and a filled treasury, with an account for each role; and statements to be paid.
abstract contract PayoutTest {
    /// @dev Rows of a statement and the tree over their leaves.
    struct Statement {
        IPayoutRouter.Payment[] rows;
        bytes32[] tree;
        uint256 total;
        uint64 period;
    }

    Vm internal constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

    address internal constant ADMIN = address(0xAD);
    address internal constant DISBURSER = address(0xD15);
    address internal constant PAUSER = address(0x9A5);
    address internal constant TREASURY = address(0x7EA5);
    address internal constant STRANGER = address(0x57);
    uint256 internal constant PLANNER_KEY = 0x91A;
    uint256 internal constant APPROVER_KEY = 0xA99;
    uint256 internal constant COMPLIANCE_KEY = 0xC09;
    uint256 internal constant STRANGER_KEY = 0x57A;

    bytes32 internal constant ADMIN_ROLE = 0;
    bytes32 internal constant DISBURSER_ROLE = keccak256("DISBURSER_ROLE");
    bytes32 internal constant PLANNER_ROLE = keccak256("PLANNER_ROLE");
    bytes32 internal constant APPROVER_ROLE = keccak256("APPROVER_ROLE");
    bytes32 internal constant PAUSER_ROLE = keccak256("PAUSER_ROLE");
    bytes32 internal constant COMPLIANCE_ROLE = keccak256("COMPLIANCE_ROLE");
    bytes32 internal constant ROUTER_ROLE = keccak256("ROUTER_ROLE");

    /// @dev When every test begins, in Unix seconds: 2026-12-01T00:00:00Z.
    uint64 internal constant START = 1_796_083_200;
    uint64 internal constant PERIOD = 202611;
    /// @dev A whole token: USDT has six decimals.
    uint256 internal constant USDT = 1e6;
    uint256 internal constant SUPPLY = 1e6 * USDT;
    uint256 internal constant PAYMENT_LIMIT = 1_000 * USDT;
    uint256 internal constant DAY_LIMIT = 10_000 * USDT;
    bytes32 internal constant KYC_HASH = keccak256("salted file");

    TetherOnTron internal token;
    PayoutLedger internal ledger;
    PayoutRouterV0 internal v0;
    PayoutRouterKYC internal kyc;

    function setUp() public virtual {
        vm.warp(START);
        token = TetherOnTron(deployed("TetherOnTron", abi.encode(SUPPLY, "Tether USD", "USDT", 6)));
        token.transfer(TREASURY, SUPPLY);
        ledger = PayoutLedger(deployed("PayoutLedger", abi.encode(ADMIN)));
        v0 = PayoutRouterV0(
            deployed("PayoutRouterV0", abi.encode(address(token), TREASURY, address(ledger), ADMIN))
        );
        kyc = PayoutRouterKYC(
            deployed("PayoutRouterKYC", abi.encode(address(token), TREASURY, address(ledger), ADMIN))
        );
        vm.startPrank(ADMIN);
        ledger.grantRole(PLANNER_ROLE, vm.addr(PLANNER_KEY));
        ledger.grantRole(APPROVER_ROLE, vm.addr(APPROVER_KEY));
        kyc.grantRole(COMPLIANCE_ROLE, vm.addr(COMPLIANCE_KEY));
        vm.stopPrank();
        admit(v0);
        admit(kyc);
        allow(v0, SUPPLY);
        allow(kyc, SUPPLY);
    }

    /// @dev Gives a router its place on the ledger, the people who work with it, and limits.
    function admit(IPayoutRouter router) internal {
        IAccessControl roles = IAccessControl(address(router));
        vm.startPrank(ADMIN);
        ledger.grantRole(ROUTER_ROLE, address(router));
        roles.grantRole(DISBURSER_ROLE, DISBURSER);
        roles.grantRole(PLANNER_ROLE, vm.addr(PLANNER_KEY));
        roles.grantRole(APPROVER_ROLE, vm.addr(APPROVER_KEY));
        roles.grantRole(PAUSER_ROLE, PAUSER);
        router.setLimits(PAYMENT_LIMIT, DAY_LIMIT);
        vm.stopPrank();
    }

    function allow(IPayoutRouter router, uint256 amount) internal {
        vm.prank(TREASURY);
        token.approve(address(router), amount);
    }

    /// @dev A router of the same kind for another token, with a treasury that holds it.
    function routerFor(address otherToken) internal returns (PayoutRouterV0 router) {
        router = PayoutRouterV0(
            deployed("PayoutRouterV0", abi.encode(otherToken, TREASURY, address(ledger), ADMIN))
        );
        admit(router);
    }

    function sampleRow(uint256 seed) internal pure returns (IPayoutRouter.Payment memory) {
        return
            IPayoutRouter.Payment({
                payoutId: hashOf("payout", seed),
                sessionId: seed % 2 == 0 ? bytes32(0) : hashOf("session", seed),
                to: address(uint160(uint256(hashOf("payee", seed)))),
                amount: (seed + 1) * USDT
            });
    }

    function sampleRows(uint256 count) internal pure returns (IPayoutRouter.Payment[] memory rows) {
        rows = new IPayoutRouter.Payment[](count);
        for (uint256 i = 0; i < count; ++i) rows[i] = sampleRow(i);
    }

    function only(
        IPayoutRouter.Payment memory row
    ) internal pure returns (IPayoutRouter.Payment[] memory rows) {
        rows = new IPayoutRouter.Payment[](1);
        rows[0] = row;
    }

    function statementOver(
        IPayoutRouter router,
        IPayoutRouter.Payment[] memory rows
    ) internal pure returns (Statement memory statement) {
        statement.rows = rows;
        bytes32[] memory leaves = new bytes32[](rows.length);
        for (uint256 i = 0; i < rows.length; ++i) {
            leaves[i] = leafOf(router, rows[i]);
            statement.total += rows[i].amount;
        }
        statement.tree = Trees.build(leaves);
        statement.period = PERIOD;
    }

    function leafOf(IPayoutRouter router, IPayoutRouter.Payment memory row) internal pure returns (bytes32) {
        return
            keccak256(
                bytes.concat(keccak256(abi.encode(router, row.payoutId, row.sessionId, row.to, row.amount)))
            );
    }

    /// @dev A statement that is open, over rows whose seeds count up from 0.
    function openSample(IPayoutRouter router, uint256 count) internal returns (Statement memory) {
        return openOver(router, sampleRows(count));
    }

    function openOver(
        IPayoutRouter router,
        IPayoutRouter.Payment[] memory rows
    ) internal returns (Statement memory statement) {
        statement = statementOver(router, rows);
        open(router, statement);
    }

    function open(IPayoutRouter router, Statement memory statement) internal {
        (bytes memory planner, bytes memory approver) = openingSignatures(router, statement);
        router.openStatement(statement.tree[0], statement.total, statement.period, planner, approver);
    }

    function close(IPayoutRouter router, Statement memory statement) internal {
        bytes32 digest = closingDigest(router, statement.period, statement.tree[0]);
        (bytes memory planner, bytes memory approver) = (
            sign(PLANNER_KEY, digest),
            sign(APPROVER_KEY, digest)
        );
        router.closeStatement(statement.tree[0], statement.period, planner, approver);
    }

    function openingSignatures(
        IPayoutRouter router,
        Statement memory statement
    ) internal view returns (bytes memory planner, bytes memory approver) {
        bytes32 digest = openingDigest(router, statement.period, statement.tree[0], statement.total);
        return (sign(PLANNER_KEY, digest), sign(APPROVER_KEY, digest));
    }

    function openingDigest(
        IPayoutRouter router,
        uint64 period,
        bytes32 root,
        uint256 total
    ) internal view returns (bytes32) {
        bytes32 structType = keccak256("Statement(uint64 period,bytes32 root,uint256 total)");
        return digestOf(router, keccak256(abi.encode(structType, period, root, total)));
    }

    function closingDigest(
        IPayoutRouter router,
        uint64 period,
        bytes32 root
    ) internal view returns (bytes32) {
        bytes32 structType = keccak256("StatementClosing(uint64 period,bytes32 root)");
        return digestOf(router, keccak256(abi.encode(structType, period, root)));
    }

    function digestOf(IPayoutRouter router, bytes32 structHash) internal view returns (bytes32) {
        string memory name =
            address(router) == address(kyc) ? "Lucid PayoutRouterKYC" : "Lucid PayoutRouterV0";
        return digestFor(name, address(router), structHash);
    }

    function digestFor(
        string memory name,
        address verifier,
        bytes32 structHash
    ) internal view returns (bytes32) {
        bytes32 domain = keccak256(
            abi.encode(
                keccak256(
                    "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
                ),
                keccak256(bytes(name)),
                keccak256("1"),
                block.chainid,
                verifier
            )
        );
        return keccak256(abi.encodePacked(bytes2(0x1901), domain, structHash));
    }

    function sign(uint256 key, bytes32 digest) internal pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, digest);
        return abi.encodePacked(r, s, v);
    }

    /// @dev An approval of a row that holds for a day.
    function approvalOf(
        IPayoutRouter.Payment memory row
    ) internal view returns (IPayoutRouterKYC.Compliance memory) {
        return approvalBy(COMPLIANCE_KEY, row, uint64(block.timestamp) + 1 days);
    }

    function approvalBy(
        uint256 key,
        IPayoutRouter.Payment memory row,
        uint64 expiry
    ) internal view returns (IPayoutRouterKYC.Compliance memory) {
        bytes32 structHash = keccak256(
            abi.encode(
                keccak256(
                    "Compliance(bytes32 payoutId,address to,uint256 amount,bytes32 kycHash,uint64 expiry)"
                ),
                row.payoutId,
                row.to,
                row.amount,
                KYC_HASH,
                expiry
            )
        );
        return
            IPayoutRouterKYC.Compliance({
                kycHash: KYC_HASH,
                expiry: expiry,
                signature: sign(key, digestOf(kyc, structHash))
            });
    }

    function approvalsOf(
        IPayoutRouter.Payment[] memory rows
    ) internal view returns (IPayoutRouterKYC.Compliance[] memory approvals) {
        approvals = new IPayoutRouterKYC.Compliance[](rows.length);
        for (uint256 i = 0; i < rows.length; ++i) approvals[i] = approvalOf(rows[i]);
    }

    function pay(PayoutRouterV0 router, Statement memory statement, uint256 row) internal {
        vm.prank(DISBURSER);
        router.disburse(statement.tree[0], statement.rows[row], Trees.proofOf(statement.tree, row));
    }

    /// @dev Expects the payment of a row to revert with an error.
    function expectRefusal(
        PayoutRouterV0 router,
        Statement memory statement,
        uint256 row,
        bytes memory reason
    ) internal {
        bytes32[] memory proof = Trees.proofOf(statement.tree, row);
        vm.prank(DISBURSER);
        vm.expectRevert(reason);
        router.disburse(statement.tree[0], statement.rows[row], proof);
    }

    /// @dev Pays all rows of a statement in one batch.
    function payAll(PayoutRouterV0 router, Statement memory statement) internal {
        payRun(router, statement, 0, statement.rows.length - 1);
    }

    function payRun(PayoutRouterV0 router, Statement memory statement, uint256 from, uint256 to) internal {
        (bytes32[] memory proof, bool[] memory flags) = Trees.multiproofOf(statement.tree, from, to);
        IPayoutRouter.Payment[] memory run = slice(statement.rows, from, to);
        vm.prank(DISBURSER);
        router.disburseBatch(statement.tree[0], run, proof, flags);
    }

    function slice(
        IPayoutRouter.Payment[] memory rows,
        uint256 from,
        uint256 to
    ) internal pure returns (IPayoutRouter.Payment[] memory part) {
        part = new IPayoutRouter.Payment[](to - from + 1);
        for (uint256 i = from; i <= to; ++i) part[i - from] = rows[i];
    }

    /// @dev The reason with which a payout was refused among these logs; fails where it was not.
    function refusalOf(Vm.Log[] memory logs, bytes32 payoutId) internal pure returns (bytes memory) {
        for (uint256 i = 0; i < logs.length; ++i) {
            if (logs[i].topics[0] != IPayoutRouter.PaymentRefused.selector) continue;
            if (logs[i].topics[1] == payoutId) return abi.decode(logs[i].data, (bytes));
        }
        revert("no refusal of this payout");
    }

    function countOf(Vm.Log[] memory logs, bytes32 kind) internal pure returns (uint256 count) {
        for (uint256 i = 0; i < logs.length; ++i) if (logs[i].topics[0] == kind) ++count;
    }

    function assertPaid(IPayoutRouter.Payment memory row) internal view {
        vm.assertEq(token.balanceOf(row.to), row.amount, "the payee has the amount");
        vm.assertTrue(ledger.isPaid(row.payoutId), "the ledger knows it");
    }

    function assertUnpaid(IPayoutRouter.Payment memory row) internal view {
        vm.assertEq(token.balanceOf(row.to), 0, "the payee has nothing");
        vm.assertFalse(ledger.isPaid(row.payoutId), "the ledger knows nothing of it");
    }

    /// @dev What was paid of a statement, and today, and what left the treasury: the same sum.
    function assertSpent(IPayoutRouter router, bytes32 root, uint256 sum) internal view {
        (, uint256 paid, , ) = router.statementOf(root);
        vm.assertEq(paid, sum, "paid of the statement");
        vm.assertEq(router.paidToday(), sum, "paid today");
        vm.assertEq(token.balanceOf(TREASURY), SUPPLY - sum, "what left the treasury");
    }

    function expectMissingRole(address account, bytes32 role) internal {
        vm.expectRevert(
            abi.encodeWithSelector(IAccessControl.AccessControlUnauthorizedAccount.selector, account, role)
        );
    }

    function hashOf(string memory label, uint256 seed) internal pure returns (bytes32) {
        return keccak256(abi.encode(label, seed));
    }

    function bound(uint256 value, uint256 lowest, uint256 highest) internal pure returns (uint256) {
        uint256 range = highest - lowest + 1;
        return range == 0 ? value : lowest + (value % range);
    }
}
