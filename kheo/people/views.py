"""Act pages on people: who holds which role, accounts, roles, cards, organisations."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from kheo.core import pdf, qr
from kheo.core.actor import Role
from kheo.core.codes import spell
from kheo.core.forms import ActForm
from kheo.core.requests import Request
from kheo.core.rules import No, Refused, require
from kheo.people import actions, papers, rules
from kheo.people.forms import OrganisationForm, PersonForm, PrintCardsForm, ReplaceCardForm, RoleForm
from kheo.people.models import Assignment, CardBatch, HouseholdCard, Organisation, SignInCard, User
from kheo.people.words import ROLE_NAMES
from kheo.places.models import Place


def mine(request: Request) -> HttpResponse:
    """The list of the first place that somebody keeps."""
    for role in (Role.OFFICER, Role.OPERATOR):
        for grant in request.actor.grants:
            if grant.role == role and (place := Place.objects.filter(path=grant.path).first()):
                return redirect("people:people", place.slug)
    raise Refused(_("Only the ward's officer or the operator looks after accounts and roles here."))


def people(request: Request, slug: str) -> HttpResponse:
    """Who holds which role at a place and below. Never public."""
    place = get_object_or_404(Place, slug=slug)
    require(rules.may_see_people(request.actor, place))
    open_roles = Assignment.objects.open().filter(place__path__startswith=place.path or "-")
    rows = list(open_roles.select_related("user", "place", "organisation").order_by("place__rank", "place__sort", "role", "id")[:500])
    cards = {c.user_id: c for c in SignInCard.objects.usable().filter(user__in=[r.user_id for r in rows]).order_by("id")}
    shown = [
        {
            "role": row,
            "called": ROLE_NAMES[Role(row.role)],
            "card": cards.get(row.user_id),
            "may_end": rules.may_end_role(request.actor, row),
            "may_close": rules.may_close_account(request.actor, row.user),
        }
        for row in rows
    ]
    context = {
        "place": place,
        "rows": shown,
        "organisations": Organisation.objects.filter(place__path__startswith=place.path or "-").order_by("name")[:200],
        "may_add": rules.may_add_account(request.actor, place),
    }
    return render(request, "people/people.html", context)


def add_person(request: Request, slug: str) -> HttpResponse:
    """Open an account with a first role at a place."""
    place = get_object_or_404(Place, slug=slug)
    require(rules.may_see_people(request.actor, place))
    initial = {"language": settings.LANGUAGE_CODE}
    form = PersonForm(request.POST or None, actor=request.actor, place=place, initial=initial)
    if request.method == "POST" and form.is_valid() and (user := form.perform(actions.add_person, request.actor, place, **form.values())):
        messages.success(request, _("The account is open. Now hand over a card, or tell them to sign in with their e-mail."))
        return redirect("people:card", user.username)
    return render(request, "people/add_person.html", {"form": form, "place": place, "back": reverse("people:people", args=[slug])})


def assign_role(request: Request, username: str, slug: str) -> HttpResponse:
    """Give somebody another role at a place."""
    user, place = get_object_or_404(User, username=username), get_object_or_404(Place, slug=slug)
    require(rules.may_see_people(request.actor, place))
    form = RoleForm(request.POST or None, actor=request.actor, place=place)
    if request.method == "POST" and form.is_valid():
        values = form.values()
        if form.perform(actions.assign_role, request.actor, user, values.pop("role"), place, **values):
            messages.success(request, _("The role is given."))
            return redirect("people:people", slug)
    context = {"form": form, "place": place, "person": user, "back": reverse("people:people", args=[slug])}
    return render(request, "people/assign_role.html", context)


def end_role(request: Request, pk: int) -> HttpResponse:
    """End a role at once."""
    assignment = get_object_or_404(Assignment.objects.select_related("user", "place"), pk=pk)
    form = ActForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and form.perform(actions.end_role, request.actor, assignment) is not None:
        messages.success(request, _("The role has ended."))
        return redirect("people:people", assignment.place.slug) if rules.may_see_people(request.actor, assignment.place) else redirect("/")
    require(rules.may_end_role(request.actor, assignment))
    context = {"form": form, "assignment": assignment, "called": ROLE_NAMES[Role(assignment.role)]}
    return render(request, "people/end_role.html", context)


def add_organisation(request: Request, slug: str) -> HttpResponse:
    """Write an organisation into the list of a place."""
    place = get_object_or_404(Place, slug=slug)
    require(rules.may_add_organisation(request.actor, place))
    form = OrganisationForm(request.POST or None)
    if (
        request.method == "POST"
        and form.is_valid()
        and form.perform(actions.add_organisation, request.actor, place, **form.values()) is not None
    ):
        messages.success(request, _("The organisation is in the list."))
        return redirect("people:people", slug)
    return render(request, "people/add_organisation.html", {"form": form, "place": place, "back": reverse("people:people", args=[slug])})


@never_cache
def card(request: Request, username: str) -> HttpResponse:
    """Hand over a sign-in card. QR and PIN are shown in the answer to the POST, once."""
    user = get_object_or_404(User, username=username)
    require(rules.may_hand_over_card(request.actor, user))
    form = ActForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and (made := form.perform(actions.hand_over_card, request.actor, user)):
        link = settings.KHEO_URL + reverse("people:sign_in_card", args=[made.token]) if made.token else ""
        context = {"card": made, "person": user, "link": link, "qr": qr.inline(link) if link else "", "spelt": spell(made.token)}
        return render(request, "people/card_made.html", context)
    return render(request, "people/card.html", {"form": form, "person": user, "has_card": user.card})


def revoke_card(request: Request, pk: int) -> HttpResponse:
    """Shut a lost card and every phone signed in with the account."""
    lost = get_object_or_404(SignInCard.objects.select_related("user"), pk=pk)
    require(rules.may_revoke_card(request.actor, lost))
    form = ActForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and form.perform(actions.revoke_card, request.actor, lost) is not None:
        messages.success(request, _("The card is shut, and every phone that was signed in with it."))
        return redirect("people:mine") if request.actor.holds(Role.OFFICER, Role.OPERATOR) else redirect("/")
    return render(request, "people/revoke_card.html", {"form": form, "card": lost})


def close_account(request: Request, username: str) -> HttpResponse:
    """Close somebody's account."""
    user = get_object_or_404(User, username=username)
    form = ActForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and form.perform(actions.close_account, request.actor, user) is not None:
        messages.success(request, _("The account is closed, and its roles have ended."))
        return redirect("people:mine") if request.actor.holds(Role.OFFICER, Role.OPERATOR) else redirect("/")
    require(rules.may_close_account(request.actor, user))
    roles = Assignment.objects.open().filter(user=user).select_related("place").order_by("id")
    shown = [(ROLE_NAMES[Role(row.role)], row.place) for row in roles]
    return render(request, "people/close_account.html", {"form": form, "person": user, "roles": shown, "back": reverse("people:mine")})


@never_cache
def household_cards(request: Request, slug: str) -> HttpResponse:
    """How many household cards an area has, and what the ward can do about them. Never which household opened one."""
    place = get_object_or_404(Place, slug=slug)
    require(rules.may_keep_household_cards(request.actor, place))
    batches = list(CardBatch.objects.filter(place=place, replacement=False).select_related("place").order_by("-id")[:50])
    context = {
        "place": place,
        "made": HouseholdCard.objects.valid().filter(place=place).count(),
        "replaced": CardBatch.objects.filter(place=place, replacement=True).count(),
        "batches": [(batch, rules.may_revoke_unused(request.actor, batch)) for batch in batches],
        "may_print": rules.may_print_cards(request.actor, place),
        "may_replace": rules.may_replace_card(request.actor, place),
    }
    return render(request, "people/household_cards.html", context)


@never_cache
def print_cards(request: Request, slug: str) -> HttpResponse:
    """Print cards for households that have none. The codes are in the answer to the POST alone, as a PDF."""
    place = get_object_or_404(Place, slug=slug)
    form = PrintCardsForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and (batch := form.perform(actions.print_cards, request.actor, place)):
        return _sheets(request, batch, form.cleaned_data["language"])
    answer = rules.may_print_cards(request.actor, place)
    if isinstance(answer, No) and (batch := _unused_print(request, place)):
        return render(request, "people/print_refused.html", {"reason": answer.reason, "batch": batch, "back": _cards_of(place)}, status=403)
    require(answer)
    return render(request, "people/print_cards.html", {"form": form, "place": place, "back": _cards_of(place)})


@never_cache
def replace_card(request: Request, slug: str) -> HttpResponse:
    """Shut a lost household card by its number, and print another in its place."""
    place = get_object_or_404(Place, slug=slug)
    require(rules.may_keep_household_cards(request.actor, place))
    form = ReplaceCardForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        number, again = form.cleaned_data["number"], form.cleaned_data["again"]
        if batch := form.perform(actions.replace_card, request.actor, place, number=number, again=again):
            if again:
                return _sheets(request, batch, form.cleaned_data["language"])
            messages.success(request, _("The card is shut, and every phone that was signed in with it."))
            return redirect(_cards_of(place))
    elif request.method != "POST":
        require(rules.may_replace_card(request.actor, place))
    return render(request, "people/replace_card.html", {"form": form, "place": place, "back": _cards_of(place)})


@never_cache
def revoke_unused(request: Request, pk: int) -> HttpResponse:
    """Shut the cards of a print that nobody has opened."""
    batch = get_object_or_404(CardBatch.objects.select_related("place"), pk=pk)
    form = ActForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and form.perform(actions.revoke_unused, request.actor, batch) is not None:
        messages.success(request, _("The unused cards are shut. Now their numbers can be printed again."))
        return redirect(_cards_of(batch.place))
    require(rules.may_revoke_unused(request.actor, batch))
    return render(request, "people/revoke_unused.html", {"form": form, "batch": batch, "back": _cards_of(batch.place)})


def _unused_print(request: Request, place: Place) -> CardBatch | None:
    """The newest print here whose unused cards this person may shut."""
    batches = CardBatch.objects.filter(place=place, replacement=False).select_related("place").order_by("-id")[:50]
    return next((batch for batch in batches if rules.may_revoke_unused(request.actor, batch)), None)


def _cards_of(place: Place) -> str:
    return reverse("people:household_cards", args=[place.slug])


def _sheets(request: Request, batch: CardBatch, language: str) -> HttpResponse:
    """The PDF with the codes; when the same form comes again they are gone, and the page says what to do."""
    if not batch.codes:
        return render(request, "people/cards_printed.html", {"batch": batch, "back": _cards_of(batch.place)}, status=410)
    return pdf.answer(papers.cards(batch, language), f"{batch.place.name} {batch.count}")
