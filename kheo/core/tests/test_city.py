"""The city of the tests is a city that rules understand."""

from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from kheo.core.actor import Role


def test_roles_reach_below_their_place_and_no_further(city: Any, actor: Any) -> None:
    officer = actor(Role.OFFICER, city.ward)
    assert officer.has(Role.OFFICER, at=city.road)
    assert not officer.has(Role.OFFICER, at=city.other_road)
    assert not actor().holds(*Role)
    assert actor(Role.OFFICER, city.ward).key == officer.key


def test_a_photo_is_a_photo_and_may_carry_a_position(photo_upload: Any) -> None:
    with Image.open(BytesIO(photo_upload(gps=True).read())) as image:
        assert image.getexif().get_ifd(0x8825)[1] == "N"
    assert photo_upload().read() != photo_upload().read()


def test_no_test_leaves_this_machine() -> None:
    import socket

    with pytest.raises(ConnectionRefusedError, match="only loopback"):
        socket.create_connection(("192.0.2.1", 80), timeout=1)
