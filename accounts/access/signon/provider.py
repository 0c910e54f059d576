"""The conversation with the provider: allauth's, with a nonce, and with an ID token believed only when it is signed."""

from collections.abc import Mapping
from typing import Any

from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from accounts.access.signon import admission, discovery, idtoken, proof
from accounts.access.signon.idtoken import Claims
from accounts.access.signon.refusal import Refusal, SignOnRefused
from accounts.models import User


class ProviderConversation(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]
    """What is said to the provider and believed of it; `asked` is what this attempt remembers since it began."""

    asked: Mapping[str, Any]

    @property
    def openid_config(self) -> Mapping[str, Any]:
        return discovery.read(settings.SIGN_ON_ISSUER)

    def get_provider(self) -> "CompanyProvider":
        return CompanyProvider(self.request, app())

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        return f"{settings.BASE_URL}{reverse('sign_on_callback')}"

    def get_access_token_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        try:
            answer: dict[str, Any] = super().get_access_token_data(*args, **kwargs)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise OAuth2Error("no answer that can be read") from error
        return answer

    def parse_token(self, data: Any) -> SocialToken:
        """Return the access token, which is used once and never kept: when it ends is not asked."""
        if not isinstance(data, dict) or not isinstance(data["access_token"], str):
            raise OAuth2Error("no answer that can be read")
        return SocialToken(token=data["access_token"])

    def complete_login(self, request: HttpRequest, app: SocialApp, token: SocialToken, **kwargs: Any) -> SocialLogin:
        """Return the login of whom the token lets in. Their link to the subject is kept by then: allauth finds them."""
        claims = self._claims(kwargs["response"].get("id_token"), token.token)
        person = admission.admit(claims)
        if self.asked["again"]:
            self._check_again(claims, person)
        if request.user.is_authenticated:
            get_account_adapter().logout(request)
        proof.keep(request, person, claims)
        link = SocialAccount(provider=settings.SIGN_ON_ISSUER, uid=claims["sub"])
        return SocialLogin(user=User(), account=link, provider=self.get_provider())

    def _claims(self, id_token: Any, access_token: str) -> Claims:
        config = self.openid_config
        try:
            claims = idtoken.claims_of(
                str(id_token),
                keys=discovery.fetch(config["jwks_uri"]),
                issuer=config["issuer"],
                client_id=settings.SIGN_ON_CLIENT_ID,
                nonce=self.asked["nonce"],
            )
        except idtoken.Forged as error:
            raise OAuth2Error(f"ID token: {error}") from error
        if "email" in claims or not config.get("userinfo_endpoint"):
            return claims
        told = discovery.fetch(config["userinfo_endpoint"], bearer=access_token)
        if not isinstance(told, dict) or told.get("sub") != claims["sub"]:
            raise OAuth2Error("userinfo of another subject")
        # Of what is not signed the address alone is taken, with what is said of this very address.
        of_address = ("email", settings.SIGN_ON_VERIFIED_BY)
        return {**claims, **{name: told[name] for name in of_address if name in told}}

    def _check_again(self, claims: Claims, person: User) -> None:
        """Refuse what is no new login of the same person; providers that do not tell when it was are believed."""
        if self.request.user.pk != person.pk:
            raise SignOnRefused(Refusal.OTHER_PERSON, person=person)
        told = claims.get("auth_time")
        if isinstance(told, int | float) and told < self.asked["at"] - idtoken.LEEWAY_SECONDS:
            raise OAuth2Error("an old login where a new one was asked for")


class CompanyProvider(OpenIDConnectProvider):  # type: ignore[misc]
    """The one provider of this installation, described by the settings."""

    oauth2_adapter_class = ProviderConversation
    pkce_enabled_default = True

    def get_scope(self) -> list[str]:
        return ["openid", "email"]


def app() -> SocialApp:
    """Return what allauth wants to know of the provider; it is never saved."""
    return SocialApp(
        provider=CompanyProvider.id,
        provider_id=settings.SIGN_ON_ISSUER,
        name=settings.SIGN_ON_LABEL,
        client_id=settings.SIGN_ON_CLIENT_ID,
        secret=settings.SIGN_ON_CLIENT_SECRET,
    )
