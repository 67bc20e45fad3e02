// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import { LucidAnchors } from "../../contracts/LucidAnchors.sol";
import { LucidCheckpoints } from "../../contracts/LucidCheckpoints.sol";
import { ILucidCheckpoints } from "../../contracts/interfaces/ILucidCheckpoints.sol";
import { LucidTest } from "./support/LucidTest.sol";

/// @notice Lets few accounts attest few roots of few epochs while their role comes and goes, so that repeats, conflicts
/// and refusals are common. Keeps its own account of who holds the role and of what was attested first.
contract CheckpointsHandler is LucidTest {
    uint256 public constant ATTESTERS = 6;
    uint64 public constant EPOCHS = 4;
    /// @notice Root zero is one of them, and never attested.
    uint256 public constant ROOTS = 4;
    address private constant FIRST_ATTESTER = address(0xA77E57000);

    address private immutable admin;

    /// @notice Whether an attester holds the role now.
    mapping(uint256 attester => bool) public isAdmitted;
    /// @notice What an attester has to have attested: what it attested first.
    mapping(uint64 epoch => mapping(uint256 attester => bytes32)) public expectedRoot;

    uint256 public attested;
    uint256 public repeated;
    uint256 public contradicted;
    uint256 public refused;
    uint256 public intrusions;

    constructor(LucidAnchors anchors_, LucidCheckpoints target, address admin_) {
        (anchors, checkpoints, admin) = (anchors_, target, admin_);
    }

    /// @dev The contracts come from the test: a setUp of the handler's own would replace them.
    function setUp() public pure override {}

    function admit(uint256 attester) external {
        attester = attester % ATTESTERS;
        vm.prank(admin);
        anchors.grantRole(REGISTRAR_ROLE, attesterAt(attester));
        isAdmitted[attester] = true;
    }

    function expel(uint256 attester) external {
        attester = attester % ATTESTERS;
        vm.prank(admin);
        anchors.revokeRole(REGISTRAR_ROLE, attesterAt(attester));
        isAdmitted[attester] = false;
    }

    /// @dev A pause of the anchors has to make no difference, so it comes and goes as well.
    function togglePause() external {
        bool isPaused = anchors.paused();
        vm.prank(admin);
        if (isPaused) anchors.unpause();
        else anchors.pause();
    }

    function attest(uint256 attester, uint64 epoch, uint256 root) external {
        _attest(attester % ATTESTERS, epoch % EPOCHS, root % ROOTS);
    }

    /// @dev A call that is the same as an earlier one, and one that contradicts it, where there was one.
    function attestAgain(uint256 attester, uint64 epoch) external {
        (attester, epoch) = (attester % ATTESTERS, epoch % EPOCHS);
        for (uint256 root = 1; root < ROOTS; ++root) _attest(attester, epoch, root);
    }

    /// @dev By somebody who never holds the role.
    function intrude(address sender, uint64 epoch, uint256 root) external {
        for (uint256 i = 0; i < ATTESTERS; ++i) if (sender == attesterAt(i)) sender = address(this);
        vm.prank(sender);
        try checkpoints.attestEpoch(epoch % EPOCHS, rootAt(1 + (root % (ROOTS - 1)))) {
            ++intrusions;
        } catch {
            ++refused;
        }
    }

    function attesterAt(uint256 attester) public pure returns (address) {
        return address(uint160(FIRST_ATTESTER) + uint160(attester));
    }

    function rootAt(uint256 root) public pure returns (bytes32) {
        return root == 0 ? bytes32(0) : keccak256(abi.encode("root", root));
    }

    /// @dev Succeeds exactly where the attester holds the role and the root is neither zero nor a contradiction; and
    /// leaves an event exactly where it is new.
    function _attest(uint256 attester, uint64 epoch, uint256 number) private {
        bytes32 root = rootAt(number);
        bytes32 before = expectedRoot[epoch][attester];
        bool isLegal = isAdmitted[attester] && root != 0 && (before == 0 || before == root);
        vm.recordLogs();
        vm.prank(attesterAt(attester));
        (bool isAccepted, ) = address(checkpoints).call(
            abi.encodeCall(ILucidCheckpoints.attestEpoch, (epoch, root))
        );
        vm.assertEq(isAccepted ? 1 : 0, isLegal ? 1 : 0, "accepted where the rule says so, and nowhere else");
        bool isNew = isLegal && before == 0;
        vm.assertEq(vm.getRecordedLogs().length, isNew ? 1 : 0, "an event for each new attestation");
        if (isNew) expectedRoot[epoch][attester] = root;
        if (!isAdmitted[attester]) ++refused;
        else if (isNew) ++attested;
        else if (isLegal) ++repeated;
        else if (root != 0) ++contradicted;
    }
}

contract LucidCheckpointsInvariantTest is LucidTest {
    CheckpointsHandler private handler;

    function setUp() public override {
        super.setUp();
        handler = new CheckpointsHandler(anchors, checkpoints, ADMIN);
        _doEachOnce();
    }

    /// @dev Whatever calls a run is made of, each kind of event happens in it at least once.
    function _doEachOnce() private {
        handler.admit(0);
        handler.admit(1);
        handler.attest(0, 0, 1);
        handler.attest(1, 0, 1);
        handler.attestAgain(0, 0);
        handler.attest(2, 0, 1);
        handler.intrude(address(this), 0, 1);
        handler.expel(1);
    }

    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    /// @dev Also that epochs and attesters do not affect each other: each combination has its own account.
    function invariant_anAttestationNeverChanges() public view {
        for (uint64 epoch = 0; epoch < handler.EPOCHS(); ++epoch) {
            for (uint256 i = 0; i < handler.ATTESTERS(); ++i) {
                vm.assertEq(
                    checkpoints.attestationOf(epoch, handler.attesterAt(i)),
                    handler.expectedRoot(epoch, i),
                    "what the attester attested first"
                );
            }
        }
    }

    function invariant_aCountIsTheNumberOfItsAttesters() public view {
        for (uint64 epoch = 0; epoch < handler.EPOCHS(); ++epoch) {
            for (uint256 number = 0; number < handler.ROOTS(); ++number) {
                bytes32 root = handler.rootAt(number);
                uint256 attesters = 0;
                for (uint256 i = 0; i < handler.ATTESTERS(); ++i) {
                    if (root != 0 && checkpoints.attestationOf(epoch, handler.attesterAt(i)) == root) {
                        ++attesters;
                    }
                }
                vm.assertEq(checkpoints.attestationCount(epoch, root), attesters, "each counted once");
            }
        }
    }

    function invariant_nothingIsAttestedOfOtherEpochs() public view {
        for (uint256 i = 0; i < handler.ATTESTERS(); ++i) {
            vm.assertEq(
                checkpoints.attestationOf(handler.EPOCHS(), handler.attesterAt(i)),
                0,
                "nobody attested the epoch after the last"
            );
        }
    }

    function invariant_nobodyElseAttests() public view {
        vm.assertEq(handler.intrusions(), 0, "no call succeeded without the role");
    }

    /// @dev An invariant over a contract in which nothing happened would say nothing.
    function afterInvariant() public view {
        vm.assertGt(handler.attested(), 0, "roots were attested");
        vm.assertGt(handler.repeated(), 0, "and attested again");
        vm.assertGt(handler.contradicted(), 0, "contradictions were refused");
        vm.assertGt(handler.refused(), 0, "and so was everybody without the role");
    }
}
