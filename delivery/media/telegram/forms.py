import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.secrets import SecretUnreadable
from delivery.media import web
from delivery.media.telegram.api import ApiRefusal, BotApi
from delivery.models import TelegramBot

# As @BotFather writes it: the bot's number and a secret.
TOKEN = re.compile(r"\d{5,16}:[A-Za-z0-9_-]{30,64}", re.ASCII)


def number_in(token: str) -> int:
    """Return Telegram's number of the bot that a token is of."""
    return int(token.partition(":")[0])


class TelegramBotForm(forms.ModelForm[TelegramBot]):
    """A bot by its token, which Telegram is asked about at once. The token is written here and never shown again."""

    token = forms.CharField(
        label=_("Token"),
        required=False,
        max_length=100,
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "size": 60}),
        help_text=_(
            "As @BotFather gave it to you. It is kept encrypted and not shown again; leave it empty to keep it."
        ),
    )

    class Meta:
        model = TelegramBot
        fields = ["brand", "token", "is_active"]

    def clean_token(self) -> str:
        token: str = self.cleaned_data["token"].strip()
        if not token:
            if not self.instance.pk:
                raise forms.ValidationError(_("Enter the token that @BotFather gave you."))
            # Encrypted as it is stored, whether or not anybody can read it.
            kept: str = self.instance.__dict__["token"]
            return kept
        if not TOKEN.fullmatch(token):
            raise forms.ValidationError(_("This is no token of a bot; one looks like 123456789:AAE…"))
        if TelegramBot.objects.filter(number=number_in(token)).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("This bot speaks for another brand already: each brand has one of its own."))
        self._introduce(token)
        return token

    def _introduce(self, token: str) -> None:
        """Refuse a token that Telegram does not know; it may not answer just now."""
        try:
            BotApi(TelegramBot(token=token, base=self.instance.base)).call("getMe", seconds=5)
        except ApiRefusal as error:
            raise forms.ValidationError(
                _("Telegram does not take this token: %(reason)s") % {"reason": error.reason or error.code}
            ) from error
        except (web.Forbidden, web.NotReached, web.NotAnswered, SecretUnreadable):
            return

    def save(self, commit: bool = True) -> TelegramBot:
        bot: TelegramBot = super().save(commit=False)
        if self.data.get(self.add_prefix("token")) and number_in(bot.token) != bot.number:
            # Who it is and where its news begins is learnt anew.
            bot.number, bot.username, bot.heard_up_to = None, "", 0
        if commit:
            bot.save()
        return bot

    def is_connected_anew(self) -> Any:
        return bool(self.data.get(self.add_prefix("token"))) or "is_active" in self.changed_data
