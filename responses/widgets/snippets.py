"""What the administrator of a site copies: the tag for its pages, and how its server makes a token."""

from django.urls import reverse

from responses.models import WebWidget

# By language of the server. PyJWT, firebase/php-jwt and jsonwebtoken are what most use there.
TOKENS = {
    "Python": """import os, time, jwt  # pip install pyjwt

claims = {"sub": str(customer.id), "exp": int(time.time()) + 600}
token = jwt.encode(claims, os.environ["PLUMB_SECRET"], algorithm="HS256")""",
    "PHP": """use Firebase\\JWT\\JWT;  // composer require firebase/php-jwt

$claims = ["sub" => (string) $customer->id, "exp" => time() + 600];
$token = JWT::encode($claims, getenv("PLUMB_SECRET"), "HS256");""",
    "Node": """import jwt from "jsonwebtoken";  // npm install jsonwebtoken

const claims = { sub: String(customer.id) };
const token = jwt.sign(claims, process.env.PLUMB_SECRET, { algorithm: "HS256", expiresIn: 600 });""",
}


def tag(widget: WebWidget) -> str:
    """Return what stands in the pages: one script, and where it is a part of the page its place."""
    place = f'<div data-plumb="{widget.key}"></div>\n' if widget.shape == WebWidget.Shape.INLINE else ""
    return f'{place}<script async src="{root(widget)}plumb.js" data-key="{widget.key}"></script>'


def signed_in(widget: WebWidget) -> str:
    return tag(widget).replace("></script>", ' data-token="…"></script>')


def policy(widget: WebWidget) -> str:
    """Return what a Content Security Policy of the site has to allow."""
    host = widget.survey.brand.url
    return f"script-src {host}; connect-src {host}"


def root(widget: WebWidget) -> str:
    return widget.survey.brand.url + reverse("widget_loader").removesuffix("plumb.js")
