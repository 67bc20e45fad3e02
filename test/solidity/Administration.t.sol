// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import { LucidAnchors } from "../../contracts/LucidAnchors.sol";
import { LucidChunkStore } from "../../contracts/LucidChunkStore.sol";
import { ILucidAnchors } from "../../contracts/interfaces/ILucidAnchors.sol";
import { ILucidChunkStore } from "../../contracts/interfaces/ILucidChunkStore.sol";
import { LucidTest } from "./support/LucidTest.sol";
import { deployed } from "./support/Deployed.sol";

contract AdministrationTest is LucidTest {
    function test_constructor_anchorsGiveTheAdminItsRoleAlone() public view {
        vm.assertTrue(anchors.hasRole(ADMIN_ROLE, ADMIN), "the admin is in");
        vm.assertFalse(anchors.hasRole(ADMIN_ROLE, address(this)), "the deployer is not");
        vm.assertFalse(anchors.hasRole(REGISTRAR_ROLE, ADMIN), "the admin is not a registrar");
        vm.assertEq(anchors.REGISTRAR_ROLE(), REGISTRAR_ROLE, "the role has its name's hash");
    }

    function test_constructor_storeGivesTheAdminItsRoleAlone() public view {
        vm.assertTrue(store.hasRole(ADMIN_ROLE, ADMIN), "the admin is in");
        vm.assertFalse(store.hasRole(ADMIN_ROLE, address(this)), "the deployer is not");
        vm.assertFalse(store.hasRole(UPLOADER_ROLE, ADMIN), "the admin is not an uploader");
        vm.assertEq(store.UPLOADER_ROLE(), UPLOADER_ROLE, "the role has its name's hash");
        vm.assertEq(address(store.ANCHORS()), address(anchors), "the anchors are fixed");
    }

    function test_constructor_anchorsRevertOnZeroAdmin() public {
        vm.expectRevert(abi.encodeWithSelector(ILucidAnchors.ZeroAdmin.selector));
        deployed("LucidAnchors", abi.encode(address(0)));
    }

    function test_constructor_storeRevertsOnZeroAdmin() public {
        vm.expectRevert(abi.encodeWithSelector(ILucidChunkStore.ZeroAdmin.selector));
        deployed("LucidChunkStore", abi.encode(address(anchors), address(0)));
    }

    function test_constructor_storeRevertsOnZeroAnchors() public {
        vm.expectRevert(abi.encodeWithSelector(ILucidChunkStore.ZeroAnchors.selector));
        deployed("LucidChunkStore", abi.encode(address(0), ADMIN));
    }

    function testFuzz_pause_anchorsRevertForAllButTheAdmin(address account) public {
        vm.assume(account != ADMIN);
        expectMissingRole(account, ADMIN_ROLE);
        vm.prank(account);
        anchors.pause();
    }

    function testFuzz_pause_storeRevertsForAllButTheAdmin(address account) public {
        vm.assume(account != ADMIN);
        expectMissingRole(account, ADMIN_ROLE);
        vm.prank(account);
        store.pause();
    }

    function testFuzz_unpause_anchorsRevertForAllButTheAdmin(address account) public {
        vm.assume(account != ADMIN);
        vm.prank(ADMIN);
        anchors.pause();
        expectMissingRole(account, ADMIN_ROLE);
        vm.prank(account);
        anchors.unpause();
    }

    function testFuzz_unpause_storeRevertsForAllButTheAdmin(address account) public {
        vm.assume(account != ADMIN);
        vm.prank(ADMIN);
        store.pause();
        expectMissingRole(account, ADMIN_ROLE);
        vm.prank(account);
        store.unpause();
    }

    function test_pause_anchorsStayReadableAndOpenAgain() public {
        register(sampleSession(1));
        vm.prank(ADMIN);
        anchors.pause();
        vm.assertTrue(anchors.paused(), "paused");
        vm.assertEq(anchors.verifySession(sampleSession(1)), START, "what is registered stays readable");
        vm.prank(ADMIN);
        anchors.unpause();
        register(sampleSession(2));
        vm.assertEq(anchors.verifySession(sampleSession(2)), START, "new entries are accepted again");
    }

    function test_pause_storeStopsAndOpensAgain() public {
        vm.startPrank(ADMIN);
        store.pause();
        vm.assertTrue(store.paused(), "paused");
        store.unpause();
        vm.assertFalse(store.paused(), "open again");
        vm.stopPrank();
    }

    function testFuzz_constructor_takesAnyAdminButZero(address admin) public {
        vm.assume(admin != address(0));
        vm.assertTrue(
            LucidAnchors(deployed("LucidAnchors", abi.encode(admin))).hasRole(ADMIN_ROLE, admin),
            "of the anchors"
        );
        LucidChunkStore other = LucidChunkStore(
            deployed("LucidChunkStore", abi.encode(address(anchors), admin))
        );
        vm.assertTrue(other.hasRole(ADMIN_ROLE, admin), "of the store");
    }

    function testFuzz_grantRole_revertsForAllButTheAdmin(address account, bytes32 role) public {
        vm.assume(account != ADMIN);
        expectMissingRole(account, ADMIN_ROLE);
        vm.prank(account);
        anchors.grantRole(role, account);
        expectMissingRole(account, ADMIN_ROLE);
        vm.prank(account);
        store.grantRole(role, account);
    }

    function test_revokeRole_endsARegistrar() public {
        vm.prank(ADMIN);
        anchors.revokeRole(REGISTRAR_ROLE, REGISTRAR);
        expectMissingRole(REGISTRAR, REGISTRAR_ROLE);
        register(sampleSession(1));
    }
}
