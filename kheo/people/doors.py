"""Signing in and out: e-mail code (allauth), card and PIN, one-time link, and the demo's one click."""

from allauth.account import views as allauth
from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from kheo.core import clock, demo
from kheo.core.actor import Role
from kheo.people import cards, follows, household_door
from kheo.people.forms import ChoosePinForm, CodeForm, EmailForm, PinForm
from kheo.people.limits import allow
from kheo.people.models import Assignment, User
from kheo.people.words import ROLE_NAMES
from kheo.places.models import Place, Rank

BACKEND = "django.contrib.auth.backends.ModelBackend"

request_code = allauth.RequestLoginCodeView.as_view(template_name="people/request_code.html")
confirm_code = allauth.ConfirmLoginCodeView.as_view(template_name="people/confirm_code.html")
sign_out = allauth.LogoutView.as_view(template_name="people/sign_out.html")


@never_cache
def sign_in(request: HttpRequest) -> HttpResponse:
    """Every way in on one page."""
    next_page = _next(request)
    if request.user.is_authenticated:
        return redirect(next_page)
    code = CodeForm(request.POST or None)
    if request.method == "POST" and code.is_valid():
        typed = code.cleaned_data["code"]
        if household := household_door.clean_code(typed):
            return _on_to("people:household", household, next_page)
        if token := cards.whole_token(typed):
            return _on_to("people:sign_in_card", token, next_page)
        code.add_error("code", _("That isn't a whole code. Please compare it with the card, letter by letter."))
    roles = [(role, ROLE_NAMES[role]) for role in Role] if demo.here() else []
    return render(request, "people/sign_in.html", {"email": EmailForm(), "code": code, "next": next_page, "demo_roles": roles})


@never_cache
@sensitive_post_parameters("pin")
def sign_in_card(request: HttpRequest, token: str) -> HttpResponse:
    """Ask for the PIN of a card. A wrong PIN, a locked, a revoked and an unknown card get the same answer."""
    form = PinForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        allow(request, "sign-in")
        user = cards.open_with(cards.clean_token(token), form.cleaned_data["pin"])
        if user is not None:
            return _enter(request, user)
        form.add_error("pin", _("The card or the PIN isn't right. After five wrong tries a card locks; the ward gives you a new one."))
    return render(request, "people/sign_in_card.html", {"form": form})


@never_cache
@sensitive_post_parameters("pin", "again")
def household(request: HttpRequest, code: str) -> HttpResponse:
    """A household's card: a PIN of its own at first use, the PIN later. A wrong, a locked, a revoked and an unknown one answer alike."""
    if request.user.is_authenticated:
        return render(request, "people/household_not_here.html", status=403)
    code = household_door.clean_code(code)
    first = household_door.is_unopened(request, code)
    form = (ChoosePinForm if first else PinForm)(request.POST or None)
    if request.method == "POST" and form.is_valid():
        allow(request, "household")
        pin = form.cleaned_data["pin"]
        card = (household_door.choose_pin(code, pin) if first else None) or household_door.open_with(code, pin)
        if card is not None:
            entered = redirect(_next(request, "mine"))
            household_door.remember(entered, card)
            follows.keep(entered, follows.follows_of(request).adding(card.place_id))
            return entered
        form.add_error("pin", _("The card or the PIN isn't right. After five wrong tries a card locks; the ward gives you a new one."))
    response = render(request, "people/household.html", {"form": form, "first": first})
    response["X-Robots-Tag"] = "noindex"
    return response


@require_POST
def leave_household(request: HttpRequest) -> HttpResponse:
    """Sign this phone out of its household's card. Other phones of the household stay signed in."""
    response = redirect("home")
    household_door.forget(response)
    return response


@require_POST
def follow(request: HttpRequest, slug: str) -> HttpResponse:
    """Follow a place, or stop. Only the phone knows."""
    place = get_object_or_404(Place, slug=slug, rank__in=(Rank.WARD, Rank.AREA, Rank.SITE))
    kept = follows.follows_of(request)
    stop = "stop" in request.POST
    response = redirect("mine") if stop and request.POST["stop"] == "mine" else redirect(place)
    follows.keep(response, kept.without(place.pk) if stop else kept.adding(place.pk))
    return response


@never_cache
def sign_in_link(request: HttpRequest, signed: str) -> HttpResponse:
    """A one-time link. Opening it only shows a button, so that a mail program that looks ahead doesn't use it up."""
    failed = False
    if request.method == "POST":
        if user := cards.follow_link(signed):
            return _enter(request, user)
        failed = True
    return render(request, "people/sign_in_link.html", {"failed": failed}, status=410 if failed else 200)


@require_POST
def demo_sign_in(request: HttpRequest, role: str) -> HttpResponse:
    """One click signs in as a demo person of this role. There is no such page outside the demo."""
    if not demo.here() or role not in set(Role):
        raise Http404
    person = demo_person(role)
    if person is None:
        raise Http404
    return _enter(request, person)


def demo_person(role: str) -> User | None:
    """As whom the demo's one click signs in for this role: whoever has held it the longest."""
    first = Assignment.objects.current().filter(role=role, user__is_active=True).select_related("user").order_by("id").first()
    return first.user if first else None


@require_POST
def demo_later(request: HttpRequest) -> HttpResponse:
    """Step the demo's clock: a day or a week later. No act, and not logged. There is no such page outside the demo."""
    days = {"day": 1, "week": 7}.get(request.POST.get("step", ""))
    if not demo.here() or days is None:
        raise Http404
    clock.step(days)
    return redirect(_next(request))


def _enter(request: HttpRequest, user: User) -> HttpResponse:
    login(request, user, backend=BACKEND)
    return redirect(_next(request))


def _on_to(name: str, code: str, next_page: str) -> HttpResponse:
    """On to the PIN, and from there to the page that asked who it is."""
    asked = f"?{urlencode({'next': next_page})}" if next_page != settings.LOGIN_REDIRECT_URL else ""
    return redirect(reverse(name, args=[code]) + asked)


def _next(request: HttpRequest, otherwise: str = "") -> str:
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    if url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        return wanted
    return otherwise or settings.LOGIN_REDIRECT_URL
