// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import { Pausable } from "@openzeppelin/contracts/utils/Pausable.sol";
import { ReentrancyGuard } from "@openzeppelin/contracts/utils/ReentrancyGuard.sol";
import { MerkleProof } from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";
import { DualControl } from "./DualControl.sol";
import { IPayoutLedger } from "./interfaces/IPayoutLedger.sol";
import { IPayoutRouter } from "./interfaces/IPayoutRouter.sol";
import { BoundedCall } from "./libraries/BoundedCall.sol";

/// @title PayoutRouter
/// @author Lucid
/// @notice What the routers have in common. See {IPayoutRouter}, also for what it trusts.
abstract contract PayoutRouter is IPayoutRouter, DualControl, Pausable, ReentrancyGuard {
    /// @dev What is stored of a statement, by its root.
    struct Statement {
        uint256 total;
        uint256 paid;
        uint64 period;
        StatementState state;
    }

    /// @dev What may still be paid.
    struct Budget {
        uint256 payment;
        uint256 day;
        uint256 statement;
    }

    /// @notice Sends payments.
    bytes32 public constant DISBURSER_ROLE = keccak256("DISBURSER_ROLE");

    /// @notice Stops payments.
    bytes32 public constant PAUSER_ROLE = keccak256("PAUSER_ROLE");

    /// @notice The gas, on TRON the energy, with which each row of a batch is paid. A row takes about 65,000, two thirds of
    /// it in the token. TRON charges up to 4.4 times as much for what a popular token does, and twice that much is done by
    /// a deprecated Tether, which calls its successor.
    uint256 public constant ROW_GAS = 500_000;

    /// @notice The most bytes of a reason in {PaymentRefused}. Any error of this interface is shorter.
    uint256 public constant MAX_REASON = 512;

    /// @dev The most bytes of a token's own reason.
    uint256 private constant MAX_TOKEN_REASON = 256;

    uint256 private constant DAY_SECONDS = 86_400;

    /// @dev A call leaves its caller a 64th of the gas, so this much is needed for {ROW_GAS} to arrive: that, its 63rd,
    /// and what is spent between the check and the call.
    uint256 private constant GAS_BEFORE_ROW = ROW_GAS + ROW_GAS / 63 + 10_000;

    /// @dev What a ledger calls the role that routers need on it.
    bytes32 private constant ROUTER_ROLE = keccak256("ROUTER_ROLE");

    bytes32 private constant STATEMENT_TYPE = keccak256(
        "Statement(uint64 period,bytes32 root,uint256 total)"
    );
    bytes32 private constant CLOSING_TYPE = keccak256("StatementClosing(uint64 period,bytes32 root)");

    /// @notice What is paid out.
    IERC20 public immutable TOKEN;

    /// @notice Where it is paid from.
    address public immutable TREASURY;

    /// @notice Says what was paid.
    IPayoutLedger public immutable LEDGER;

    /// @inheritdoc IPayoutRouter
    uint256 public paymentLimit;

    /// @inheritdoc IPayoutRouter
    uint256 public dayLimit;

    mapping(bytes32 root => Statement statement) private _statements;

    mapping(uint64 period => bytes32 root) private _openRoots;

    /// @dev By the number of the UTC day since 1970.
    mapping(uint256 day => uint256 amount) private _paidOn;

    /// @notice Fixes the token, the treasury, the ledger and the first admin.
    /// @param name The name in the EIP-712 domain.
    /// @param token What is paid out.
    /// @param treasury Where it is paid from; has to allow the router to draw.
    /// @param ledger Says what was paid; has to grant the router ROUTER_ROLE.
    /// @param admin Gets DEFAULT_ADMIN_ROLE, and no other role.
    constructor(
        string memory name,
        address token,
        address treasury,
        address ledger,
        address admin
    ) DualControl(name) {
        if (admin == address(0)) revert ZeroAdmin();
        if (treasury == address(0)) revert ZeroTreasury();
        if (!_isToken(token)) revert NotToken(token);
        if (!_isLedger(ledger)) revert NotLedger(ledger);
        TOKEN = IERC20(token);
        TREASURY = treasury;
        LEDGER = IPayoutLedger(ledger);
        _grantRole(DEFAULT_ADMIN_ROLE, admin);
    }

    /// @inheritdoc IPayoutRouter
    function openStatement(
        bytes32 root,
        uint256 total,
        uint64 period,
        bytes calldata plannerSignature,
        bytes calldata approverSignature
    ) external nonReentrant {
        if (root == 0 || total == 0) revert InvalidStatement(root, total);
        (address planner, address approver) = _requireBoth(
            keccak256(abi.encode(STATEMENT_TYPE, period, root, total)),
            plannerSignature,
            approverSignature
        );
        Statement storage statement = _statements[root];
        if (statement.state != StatementState.Unknown) {
            revert StatementExists(root, statement.period, statement.state);
        }
        if (_openRoots[period] != 0) revert PeriodHasStatement(period, _openRoots[period]);
        statement.total = total;
        statement.period = period;
        statement.state = StatementState.Open;
        _openRoots[period] = root;
        emit StatementOpened(root, period, total, planner, approver);
    }

    /// @inheritdoc IPayoutRouter
    function closeStatement(
        bytes32 root,
        uint64 period,
        bytes calldata plannerSignature,
        bytes calldata approverSignature
    ) external nonReentrant {
        (address planner, address approver) = _requireBoth(
            keccak256(abi.encode(CLOSING_TYPE, period, root)),
            plannerSignature,
            approverSignature
        );
        Statement storage statement = _statements[root];
        if (root == 0 || _openRoots[period] != root) revert StatementNotOpen(root, statement.state);
        statement.state = StatementState.Closed;
        delete _openRoots[period];
        emit StatementClosed(root, period, statement.paid, planner, approver);
    }

    /// @inheritdoc IPayoutRouter
    function payRow(Payment calldata payment) external {
        if (msg.sender != address(this)) revert OnlySelf(msg.sender);
        _pay(payment);
    }

    /// @inheritdoc IPayoutRouter
    function setLimits(uint256 perPayment, uint256 perDay) external onlyRole(DEFAULT_ADMIN_ROLE) {
        paymentLimit = perPayment;
        dayLimit = perDay;
        emit LimitsSet(perPayment, perDay);
    }

    /// @inheritdoc IPayoutRouter
    function pause() external onlyRole(PAUSER_ROLE) {
        _pause();
    }

    /// @inheritdoc IPayoutRouter
    function unpause() external onlyRole(DEFAULT_ADMIN_ROLE) {
        _unpause();
    }

    /// @inheritdoc IPayoutRouter
    function statementOf(
        bytes32 root
    ) external view returns (uint256 total, uint256 paid, uint64 period, StatementState state) {
        Statement storage statement = _statements[root];
        return (statement.total, statement.paid, statement.period, statement.state);
    }

    /// @inheritdoc IPayoutRouter
    function statementOfPeriod(uint64 period) external view returns (bytes32) {
        return _openRoots[period];
    }

    /// @inheritdoc IPayoutRouter
    function paidToday() external view returns (uint256) {
        return _paidOn[_today()];
    }

    /// @dev Pays one row or reverts. Its callers are nonReentrant, so that what was paid can be counted afterwards.
    /// `refusal` is an error why it is not to be paid, encoded; empty where there is none.
    function _disburse(
        bytes32 root,
        Payment calldata payment,
        bytes memory refusal,
        bytes32[] calldata proof
    ) internal {
        Budget memory budget = _budgetOf(root);
        if (!MerkleProof.verifyCalldata(proof, root, _leafOf(payment))) revert RowsNotInStatement(root);
        if (refusal.length == 0) refusal = _refusalOf(payment, budget);
        if (refusal.length != 0) _revertWith(refusal);
        _pay(payment);
        _count(root, payment.amount);
    }

    /// @dev Pays each row or refuses it. Its callers are nonReentrant, so that what was paid can be counted afterwards:
    /// once for all rows, because TRON takes 5,000 energy for each write of a word that is not zero. `refusals` has for each
    /// row an error why it is not to be paid, encoded; empty where there is none.
    function _disburseBatch(
        bytes32 root,
        Payment[] calldata payments,
        bytes[] memory refusals,
        bytes32[] calldata proof,
        bool[] calldata proofFlags
    ) internal {
        if (payments.length == 0) revert EmptyBatch();
        Budget memory budget = _budgetOf(root);
        _requireRows(root, payments, proof, proofFlags);
        uint256 sum = 0;
        for (uint256 i = 0; i < payments.length; ++i) {
            Payment calldata payment = payments[i];
            bytes memory reason = refusals[i];
            if (reason.length == 0) reason = _refusalOf(payment, budget);
            bool isPaid = false;
            if (reason.length == 0) (isPaid, reason) = _tryToPay(i, payment);
            if (isPaid) {
                budget.day -= payment.amount;
                budget.statement -= payment.amount;
                sum += payment.amount;
            } else {
                emit PaymentRefused(payment.payoutId, reason);
            }
        }
        _count(root, sum);
    }

    /// @dev Reverts with an error that is encoded already.
    function _revertWith(bytes memory encodedError) private pure {
        assembly ("memory-safe") {
            revert(add(encodedError, 0x20), mload(encodedError))
        }
    }

    /// @dev Pays a row in a call of its own, which undoes everything where it fails.
    function _tryToPay(uint256 row, Payment calldata payment) private returns (bool, bytes memory) {
        if (gasleft() < GAS_BEFORE_ROW) revert InsufficientGas(row, gasleft(), GAS_BEFORE_ROW);
        bytes memory call = abi.encodeCall(IPayoutRouter.payRow, (payment));
        return BoundedCall.tryCall(address(this), ROW_GAS, call, MAX_REASON);
    }

    /// @dev Marks the payout, moves the money, and reverts unless exactly the amount was moved.
    function _pay(Payment calldata payment) private {
        (address to, uint256 amount) = (payment.to, payment.amount);
        LEDGER.markPaid(payment.payoutId);
        uint256 payeeBefore = TOKEN.balanceOf(to);
        uint256 treasuryBefore = TOKEN.balanceOf(TREASURY);
        (bool isTransferred, bytes memory answer) = BoundedCall.tryCall(
            address(TOKEN),
            gasleft(),
            abi.encodeCall(IERC20.transferFrom, (TREASURY, to, amount)),
            MAX_TOKEN_REASON
        );
        if (!isTransferred) revert TransferFailed(answer);
        uint256 payeeAfter = TOKEN.balanceOf(to);
        uint256 treasuryAfter = TOKEN.balanceOf(TREASURY);
        if (payeeAfter != payeeBefore + amount || treasuryAfter + amount != treasuryBefore) {
            revert InexactTransfer(amount, payeeBefore, payeeAfter, treasuryBefore, treasuryAfter);
        }
        emit Paid(payment.payoutId, payment.sessionId, to, amount);
    }

    /// @dev Counts what was paid, in the statement and for the day.
    function _count(bytes32 root, uint256 sum) private {
        _statements[root].paid += sum;
        _paidOn[_today()] += sum;
    }

    /// @dev The statement has to be open.
    function _budgetOf(bytes32 root) private view returns (Budget memory) {
        Statement storage statement = _statements[root];
        if (statement.state != StatementState.Open) revert StatementNotOpen(root, statement.state);
        uint256 paid = _paidOn[_today()];
        return
            Budget({
                payment: paymentLimit,
                // Zero where the admin has lowered the limit below what was paid.
                day: Math.saturatingSub(dayLimit, paid),
                statement: statement.total - statement.paid
            });
    }

    /// @dev Why a row is not to be paid, as an encoded error; empty where there is nothing against it.
    function _refusalOf(Payment calldata payment, Budget memory budget) private view returns (bytes memory) {
        (bytes32 payoutId, address to, uint256 amount) = (payment.payoutId, payment.to, payment.amount);
        if (amount == 0) return abi.encodeWithSelector(ZeroAmount.selector, payoutId);
        if (to == address(0) || to == TREASURY || to == address(this)) {
            return abi.encodeWithSelector(InvalidPayee.selector, payoutId, to);
        }
        if (amount > budget.payment) {
            return abi.encodeWithSelector(PaymentAboveLimit.selector, payoutId, amount, budget.payment);
        }
        if (amount > budget.day) {
            return abi.encodeWithSelector(DayAboveLimit.selector, payoutId, amount, budget.day);
        }
        if (amount > budget.statement) {
            return abi.encodeWithSelector(StatementAboveTotal.selector, payoutId, amount, budget.statement);
        }
        return "";
    }

    /// @dev One proof for all rows.
    function _requireRows(
        bytes32 root,
        Payment[] calldata payments,
        bytes32[] calldata proof,
        bool[] calldata proofFlags
    ) private view {
        bytes32[] memory leaves = new bytes32[](payments.length);
        for (uint256 i = 0; i < payments.length; ++i) leaves[i] = _leafOf(payments[i]);
        if (!MerkleProof.multiProofVerifyCalldata(proof, proofFlags, root, leaves)) {
            revert RowsNotInStatement(root);
        }
    }

    /// @dev Hashed twice, so that the 64 bytes under an inner node can never be passed off as a row.
    function _leafOf(Payment calldata payment) private view returns (bytes32) {
        return keccak256(bytes.concat(keccak256(abi.encode(address(this), payment))));
    }

    function _today() private view returns (uint256) {
        return block.timestamp / DAY_SECONDS;
    }

    function _isToken(address token) private view returns (bool) {
        if (token.code.length == 0) return false;
        try IERC20(token).balanceOf(address(this)) returns (uint256) {
            return true;
        } catch {
            return false;
        }
    }

    function _isLedger(address ledger) private view returns (bool) {
        if (ledger.code.length == 0) return false;
        try IPayoutLedger(ledger).ROUTER_ROLE() returns (bytes32 role) {
            return role == ROUTER_ROLE;
        } catch {
            return false;
        }
    }
}
