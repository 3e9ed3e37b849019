"""The edge to browsers: plain HTML pages for respondents, staff and sign-in; the only room with Starlette."""
