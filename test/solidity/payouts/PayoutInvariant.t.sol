// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import { PayoutLedger } from "../../../contracts/payouts/PayoutLedger.sol";
import { PayoutRouter } from "../../../contracts/payouts/PayoutRouter.sol";
import { PayoutRouterKYC } from "../../../contracts/payouts/PayoutRouterKYC.sol";
import { PayoutRouterV0 } from "../../../contracts/payouts/PayoutRouterV0.sol";
import { IPayoutRouter } from "../../../contracts/payouts/interfaces/IPayoutRouter.sol";
import { IPayoutRouterKYC } from "../../../contracts/payouts/interfaces/IPayoutRouterKYC.sol";
import { IPayoutRouterV0 } from "../../../contracts/payouts/interfaces/IPayoutRouterV0.sol";
import { TetherOnTron } from "../../../contracts/payouts/mocks/TetherOnTron.sol";
import { Trees } from "../support/Trees.sol";
import { Vm } from "../support/Vm.sol";
import { PayoutTest } from "./support/PayoutTest.sol";

/// @dev Three routers over one ledger, and three statements whose trees hold rows of all routers: row i is for router i % 3.
/// Payouts recur between routers and between statements, statements share a period, and one total is too small. People
/// open, close, pay, pause, limit and void as they like, the token is switched, and time goes by. Keeps its own account of
/// what was opened and, from the events alone, of what was paid.
contract PayoutHandler is PayoutTest {
    uint256 public constant ROUTERS = 3;
    uint256 public constant STATEMENTS = 3;
    uint256 public constant PAYOUTS = 7;
    uint256 private constant ROWS = 9;
    uint256 private constant KYC = 2;

    PayoutRouter[] private _routers;
    mapping(uint256 statement => Statement) private _statements;

    /// @notice Whether a statement was opened on a router, by both, and not closed since.
    mapping(uint256 router => mapping(uint256 statement => bool)) public isOpen;
    /// @notice Whether it was closed.
    mapping(uint256 router => mapping(uint256 statement => bool)) public isClosed;
    /// @notice What Paid events say.
    mapping(uint256 router => mapping(uint256 statement => uint256)) public paidOf;
    mapping(uint256 router => mapping(uint256 day => uint256)) public paidOn;
    mapping(bytes32 payoutId => uint256) public timesPaid;
    mapping(bytes32 payoutId => bool) public isVoided;
    uint256 public paidInAll;

    uint256 public payments;
    uint256 public refusals;
    uint256 public paidWhilePaused;
    uint256 public paidAboveDayLimit;
    uint256 public paidWithoutStatement;
    uint256 public paidToStrangers;
    uint256 public openedWithoutBoth;
    uint256 public closings;
    uint256 public voids;

    constructor(TetherOnTron token_, PayoutLedger ledger_, PayoutRouterV0 v0_, PayoutRouterKYC kyc_) {
        (token, ledger, v0, kyc) = (token_, ledger_, v0_, kyc_);
        _routers.push(v0_);
        _routers.push(routerFor(address(token_)));
        _routers.push(kyc_);
        for (uint256 i = 0; i < STATEMENTS; ++i) _makeStatement(i);
        for (uint256 i = 0; i < ROUTERS; ++i) setAllowance(i, SUPPLY);
    }

    /// @dev The contracts come from the test: a setUp of the handler's own would replace them.
    function setUp() public pure override {}

    function openWith(uint256 router, uint256 statement, uint256 plannerKey, uint256 approverKey) public {
        (router, statement) = (router % ROUTERS, statement % STATEMENTS);
        (plannerKey, approverKey) = (_keyAt(plannerKey), _keyAt(approverKey));
        uint256 total = totalOf(router, statement);
        Statement storage one = _statements[statement];
        bytes32 digest = openingDigest(_routers[router], one.period, one.tree[0], total);
        (bytes memory planner, bytes memory approver) = (sign(plannerKey, digest), sign(approverKey, digest));
        try _routers[router].openStatement(one.tree[0], total, one.period, planner, approver) {
            bool isByBoth = plannerKey == PLANNER_KEY && approverKey == APPROVER_KEY;
            if (!isByBoth || isClosed[router][statement]) ++openedWithoutBoth;
            isOpen[router][statement] = true;
        } catch {}
    }

    function openByBoth(uint256 router, uint256 statement) external {
        openWith(router, statement, 0, 1);
    }

    function closeByBoth(uint256 router, uint256 statement) external {
        (router, statement) = (router % ROUTERS, statement % STATEMENTS);
        // Half of these calls are let go by, so that statements live long enough to be paid.
        if (uint256(keccak256(abi.encode(router, statement, block.timestamp))) % 2 == 0) return;
        Statement storage one = _statements[statement];
        bytes32 digest = closingDigest(_routers[router], one.period, one.tree[0]);
        try
            _routers[router].closeStatement(
                one.tree[0],
                one.period,
                sign(PLANNER_KEY, digest),
                sign(APPROVER_KEY, digest)
            )
        {
            (isOpen[router][statement], isClosed[router][statement]) = (false, true);
            ++closings;
        } catch {}
    }

    /// @dev Any row by any router, its own or not.
    function payOne(uint256 router, uint256 statement, uint256 row) public {
        (router, statement, row) = (router % ROUTERS, statement % STATEMENTS, row % ROWS);
        Statement storage one = _statements[statement];
        bytes memory call =
            router == KYC
                ? abi.encodeCall(
                    IPayoutRouterKYC.disburse,
                    (one.tree[0], one.rows[row], approvalOf(one.rows[row]), Trees.proofOf(one.tree, row))
                )
                : abi.encodeCall(
                    IPayoutRouterV0.disburse,
                    (one.tree[0], one.rows[row], Trees.proofOf(one.tree, row))
                );
        _send(router, statement, call);
    }

    /// @dev A router's rows of a statement, from one on.
    function payBatch(uint256 router, uint256 statement, uint256 from) public {
        (router, statement) = (router % ROUTERS, statement % STATEMENTS);
        Statement storage one = _statements[statement];
        uint256[] memory places = new uint256[](ROWS / ROUTERS - (from % (ROWS / ROUTERS)));
        IPayoutRouter.Payment[] memory rows = new IPayoutRouter.Payment[](places.length);
        for (uint256 i = 0; i < places.length; ++i) {
            places[i] = router + ROUTERS * (i + (from % (ROWS / ROUTERS)));
            rows[i] = one.rows[places[i]];
        }
        (bytes32[] memory proof, bool[] memory flags) = Trees.multiproofOf(one.tree, places);
        bytes memory call =
            router == KYC
                ? abi.encodeCall(
                    IPayoutRouterKYC.disburseBatch,
                    (one.tree[0], rows, approvalsOf(rows), proof, flags)
                )
                : abi.encodeCall(IPayoutRouterV0.disburseBatch, (one.tree[0], rows, proof, flags));
        _send(router, statement, call);
    }

    /// @dev Whatever a disburser may send: rows that nobody planned, with proofs of rows that somebody did.
    function forge(uint256 router, uint256 statement, uint256 row, address to, uint256 amount) external {
        (router, statement, row) = (router % ROUTERS, statement % STATEMENTS, row % ROWS);
        Statement storage one = _statements[statement];
        IPayoutRouter.Payment memory forged = one.rows[row];
        (forged.to, forged.amount) = (to, bound(amount, 0, SUPPLY));
        if (leafOf(_routers[row % ROUTERS], forged) == leafOf(_routers[row % ROUTERS], one.rows[row])) return;
        uint256 before = paidInAll;
        bytes32[] memory proof = Trees.proofOf(one.tree, row);
        bytes memory call =
            router == KYC
                ? abi.encodeCall(IPayoutRouterKYC.disburse, (one.tree[0], forged, approvalOf(forged), proof))
                : abi.encodeCall(IPayoutRouterV0.disburse, (one.tree[0], forged, proof));
        _send(router, statement, call);
        if (paidInAll != before) ++paidToStrangers;
    }

    function voidOne(uint256 payout) external {
        bytes32 payoutId = payoutAt(payout % PAYOUTS);
        bytes32 structHash = keccak256(abi.encode(keccak256("PayoutVoid(bytes32 payoutId)"), payoutId));
        bytes32 digest = digestFor("Lucid PayoutLedger", address(ledger), structHash);
        // One in eight, so that most payouts can be paid.
        if (uint256(keccak256(abi.encode(digest, block.timestamp))) % 8 != 0) return;
        try ledger.voidPayout(payoutId, sign(PLANNER_KEY, digest), sign(APPROVER_KEY, digest)) {
            isVoided[payoutId] = true;
            ++voids;
        } catch {}
    }

    function setLimits(uint256 router, uint256 perPayment, uint256 perDay) external {
        vm.prank(ADMIN);
        _routers[router % ROUTERS].setLimits(bound(perPayment, 2 * USDT, 12 * USDT), perDay % (20 * USDT));
    }

    function togglePause(uint256 router) external {
        PayoutRouter one = _routers[router % ROUTERS];
        if (one.paused()) {
            vm.prank(ADMIN);
            one.unpause();
        } else {
            vm.prank(PAUSER);
            one.pause();
        }
    }

    /// @dev The token's switches; the test is its owner.
    function switchToken(uint256 which) external {
        vm.startPrank(token.owner());
        if (which % 4 == 0) token.setParams(token.basisPointsRate() == 0 ? 10 : 0, 10);
        if (which % 4 == 1 && token.paused()) token.unpause();
        else if (which % 4 == 1) token.pause();
        if (which % 4 == 2) token.removeBlackList(TREASURY);
        if (which % 4 == 3) token.addBlackList(TREASURY);
        vm.stopPrank();
    }

    /// @dev As good as new, so that a run does not end in a state in which nothing can move.
    function repair() public {
        vm.startPrank(token.owner());
        token.setParams(0, 0);
        token.removeBlackList(TREASURY);
        if (token.paused()) token.unpause();
        vm.stopPrank();
        for (uint256 i = 0; i < ROUTERS; ++i) {
            vm.startPrank(ADMIN);
            if (_routers[i].paused()) _routers[i].unpause();
            _routers[i].setLimits(PAYMENT_LIMIT, DAY_LIMIT);
            vm.stopPrank();
        }
    }

    function setAllowance(uint256 router, uint256 amount) public {
        vm.prank(TREASURY);
        (bool isSet, ) = address(token).call(
            abi.encodeCall(TetherOnTron.approve, (address(_routers[router % ROUTERS]), amount))
        );
        isSet;
    }

    function wait(uint256 time) external {
        vm.warp(block.timestamp + (time % 1 days));
    }

    function routerAt(uint256 router) public view returns (PayoutRouter) {
        return _routers[router];
    }

    function rootAt(uint256 statement) public view returns (bytes32) {
        return _statements[statement].tree[0];
    }

    function payoutAt(uint256 payout) public pure returns (bytes32) {
        return hashOf("payout", payout);
    }

    /// @dev One unit short for the second statement, so that its total binds.
    function totalOf(uint256 router, uint256 statement) public view returns (uint256 total) {
        for (uint256 i = router; i < ROWS; i += ROUTERS) total += _statements[statement].rows[i].amount;
        if (statement == 1) total -= 1;
    }

    /// @dev The first two statements share a period; a payout is in several of them.
    function _makeStatement(uint256 number) private {
        Statement storage one = _statements[number];
        bytes32[] memory leaves = new bytes32[](ROWS);
        for (uint256 i = 0; i < ROWS; ++i) {
            IPayoutRouter.Payment memory row = sampleRow(i);
            row.payoutId = payoutAt((i * 4 + number * 3) % PAYOUTS);
            row.sessionId = bytes32(number);
            one.rows.push(row);
            leaves[i] = leafOf(_routers[i % ROUTERS], row);
        }
        one.tree = Trees.build(leaves);
        one.period = number < 2 ? PERIOD : PERIOD + 1;
    }

    /// @dev Sends a call as the disburser and books its events.
    function _send(uint256 router, uint256 statement, bytes memory call) private {
        PayoutRouter one = _routers[router];
        bool isPaused = one.paused() || token.paused();
        vm.recordLogs();
        vm.prank(DISBURSER);
        (bool isAccepted, ) = address(one).call(call);
        if (!isAccepted) ++refusals;
        Vm.Log[] memory logs = vm.getRecordedLogs();
        for (uint256 i = 0; i < logs.length; ++i) {
            if (logs[i].topics[0] == IPayoutRouter.PaymentRefused.selector) ++refusals;
            if (logs[i].topics[0] != IPayoutRouter.Paid.selector) continue;
            uint256 amount = abi.decode(logs[i].data, (uint256));
            ++payments;
            ++timesPaid[logs[i].topics[1]];
            paidInAll += amount;
            paidOf[router][statement] += amount;
            paidOn[router][block.timestamp / 1 days] += amount;
            if (isPaused) ++paidWhilePaused;
            if (!isOpen[router][statement]) ++paidWithoutStatement;
            if (paidOn[router][block.timestamp / 1 days] > one.dayLimit()) ++paidAboveDayLimit;
        }
    }

    function _keyAt(uint256 key) private pure returns (uint256) {
        uint256[4] memory keys = [PLANNER_KEY, APPROVER_KEY, COMPLIANCE_KEY, STRANGER_KEY];
        return keys[key % 4];
    }
}

contract PayoutInvariantTest is PayoutTest {
    PayoutHandler private handler;

    function setUp() public override {
        super.setUp();
        handler = new PayoutHandler(token, ledger, v0, kyc);
        _doEachOnce();
    }

    /// @dev Whatever calls a run is made of, each kind of event happens in it at least once.
    function _doEachOnce() private {
        handler.openWith(0, 0, 1, 0);
        handler.openWith(0, 0, 0, 0);
        handler.openByBoth(0, 0);
        handler.payOne(0, 0, 0);
        handler.payOne(0, 0, 0);
        handler.payOne(1, 0, 0);
        handler.payBatch(0, 0, 0);
        handler.openByBoth(2, 2);
        handler.payBatch(2, 2, 0);
    }

    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    function invariant_whatLeftTheTreasuryIsTheSumOfPaid() public view {
        vm.assertEq(SUPPLY - token.balanceOf(TREASURY), handler.paidInAll(), "out equals paid");
    }

    function invariant_noPayoutIsPaidTwice() public view {
        for (uint256 i = 0; i < handler.PAYOUTS(); ++i) {
            bytes32 payoutId = handler.payoutAt(i);
            uint256 times = handler.timesPaid(payoutId);
            vm.assertGt(2, times, "at most once, over all routers");
            vm.assertEq(ledger.isPaid(payoutId) ? 1 : 0, times, "and the ledger says so");
            vm.assertEq(
                ledger.isVoid(payoutId) ? 1 : 0,
                handler.isVoided(payoutId) ? 1 : 0,
                "void where it was voided"
            );
            if (ledger.isVoid(payoutId)) vm.assertEq(times, 0, "and then not paid");
        }
    }

    function invariant_noStatementPaysMoreThanItsTotal() public view {
        for (uint256 router = 0; router < handler.ROUTERS(); ++router) {
            for (uint256 i = 0; i < handler.STATEMENTS(); ++i) {
                (uint256 total, uint256 paid, , ) = handler.routerAt(router).statementOf(handler.rootAt(i));
                vm.assertEq(paid, handler.paidOf(router, i), "what its events say");
                vm.assertGt(total + 1, paid, "no more than its total");
            }
        }
    }

    function invariant_theDaysLimitHolds() public view {
        vm.assertEq(handler.paidAboveDayLimit(), 0, "no payment was above it");
        for (uint256 router = 0; router < handler.ROUTERS(); ++router) {
            vm.assertEq(
                handler.routerAt(router).paidToday(),
                handler.paidOn(router, block.timestamp / 1 days),
                "today's payments"
            );
        }
    }

    function invariant_pausedMeansNothingMoves() public view {
        vm.assertEq(handler.paidWhilePaused(), 0, "neither router nor token was paused");
    }

    function invariant_nothingMovesWithoutBothSignatures() public view {
        vm.assertEq(handler.openedWithoutBoth(), 0, "opened by both, once");
        vm.assertEq(handler.paidWithoutStatement(), 0, "paid of open statements");
        vm.assertEq(handler.paidToStrangers(), 0, "whatever the disburser sent");
    }

    function invariant_aRouterHoldsNothing() public view {
        for (uint256 router = 0; router < handler.ROUTERS(); ++router) {
            vm.assertEq(token.balanceOf(address(handler.routerAt(router))), 0, "nothing");
        }
    }

    function invariant_oneStatementIsOpenInAPeriod() public view {
        for (uint256 router = 0; router < handler.ROUTERS(); ++router) {
            vm.assertFalse(handler.isOpen(router, 0) && handler.isOpen(router, 1), "not both");
        }
    }

    /// @dev An invariant over contracts in which nothing happened would say nothing.
    function afterInvariant() public view {
        vm.assertGt(handler.payments(), 2, "rows were paid");
        vm.assertGt(handler.refusals(), 0, "and refused");
    }
}
