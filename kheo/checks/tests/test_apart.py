"""Who of the board looks at a doubt: the list says the same as the rule, and a gift leaves no doubt unread."""

from datetime import timedelta
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kheo.checks import rules, testing
from kheo.checks.models import Dispute, Flag, Noticed
from kheo.checks.rules.asked import gave
from kheo.core import clock
from kheo.core.actor import Role
from kheo.people.actor import actor_of
from kheo.people.models import Assignment, User
from kheo.results.testing import work

pytestmark = pytest.mark.django_db

members = st.lists(
    st.tuples(st.sampled_from(("none", "office", "reporter", "closed", "over", *testing.GIFTS)), st.sampled_from(("here", "there"))),
    min_size=1,
    max_size=4,
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(board=members)
def test_the_lists_and_the_rules_agree_and_a_gift_alone_leaves_no_doubt_unread(board, city, person):
    organiser, today = person(Role.ORGANISER, city.ward), clock.today()
    works = {"here": work(city.area, organiser), "there": work(city.other_area, organiser)}
    results = {name: testing.result(it, 3) for name, it in works.items()}
    said = Dispute.objects.create(result=results["here"], key=uuid4().hex, text="Thiếu", said_at=today)
    flag = Flag.objects.create(
        kind=Noticed.PICTURE, key=uuid4().hex, result=results["here"], other=results["there"], noticed_at=clock.now()
    )
    Assignment.objects.filter(role=Role.CITY_BOARD).delete()
    people = []
    for part, where in board:
        user = User.objects.create_user(uuid4().hex)
        until = today - timedelta(days=1) if part == "over" else None
        Assignment.objects.create(user=user, role=Role.CITY_BOARD, place=city.city, since=today - timedelta(days=90), until=until)
        if part == "office":
            Assignment.objects.create(user=user, role=Role.OFFICER, place=works[where].place.parent, since=today)
        elif part == "reporter":
            testing.result(works[where], 2, reported_by_id=user.pk)
        elif part == "closed":
            User.objects.filter(pk=user.pk).update(is_active=False)
        elif part in testing.GIFTS:
            testing.gave(user, works[where], part)
            assert gave(user, works[where].pk) is (part != "grant declined")
        people.append((part, where, User.objects.get(pk=user.pk)))
    may = {}
    for part, where, user in people:
        if part == "closed":
            continue  # nobody signs in with it
        who = actor_of(user)
        may[user] = (bool(rules.may_review_dispute(who, said)), bool(rules.may_decide_flag(who, flag)))
        assert may[user] == (said in Dispute.objects.waiting_for(who), flag in Flag.objects.waiting_for(who)), (part, where)
    free = {user for part, _where, user in people if part in ("none", "grant declined")}
    givers = {user for part, _where, user in people if part in testing.GIFTS} - free
    assert all(may[user] == (True, True) for user in free)
    if free:
        assert not any(may[user][1] for user in givers)
    elif givers:
        assert any(dispute for dispute, _flag in may.values()) and any(flag for _dispute, flag in may.values())
