"""Who may do what: one line for each address and each thing it is tried on. The suite compares it with the URL map.

``ok``   it is shown or done
``in``   please sign in: a page leads to the sign-in form (302), a form comes back with it (401), a program is told 401
a number the status of the refusal: 404 out of reach, 403 seen but not allowed, 409 does not fit

On what: ``team.open`` is a suggestion the whole team sees, ``managers.…`` one that only those who manage see,
``about.…`` one about a manager, ``-`` none. As persons ``about`` is that manager, ``admin`` looks after the site and
is in no team, ``outsider`` has an account and no team. For each ``late`` suggestion one more who sees it has voted, and
may nudge; ``named`` is a will_do by a member or, about a manager, by the author.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.security.world import ROLES, World

TABLE = """
                                                                         anonymous
                                                                         |   outsider
                                                                         |   |   stranger (leads another team)
                                                                         |   |   |   ex-member
                                                                         |   |   |   |   waiting to be let in
                                                                         |   |   |   |   |   disabled
                                                                         |   |   |   |   |   |   member
                                                                         |   |   |   |   |   |   |   author
                                                                         |   |   |   |   |   |   |   |   manager
                                                                         |   |   |   |   |   |   |   |   |   about
                                                                         |   |   |   |   |   |   |   |   |   |   owner
                                                                         |   |   |   |   |   |   |   |   |   |   |   adm
GET  /                                                    -              in  ok  ok  ok  ok  in  ok  ok  ok  ok  ok  ok
GET  /livez                                               -              ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok
GET  /healthz                                             -              503 503 503 503 503 503 503 503 503 503 503 503
GET  /metrics                                             -              404 404 404 404 404 404 404 404 404 404 404 404
GET  /static/<filename>                                   -              ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok
GET  /sw.js                                               -              ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok
GET  /offline                                             -              ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok
GET  /alive                                               -              in  ok  ok  ok  ok  in  ok  ok  ok  ok  ok  ok

GET  /sign-in                                             -              ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok
POST /sign-in                                             -              ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok
GET  /sign-in/<token>                                     -              ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok
POST /sign-in/<token>                                     -              ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok
GET  /password                                            -              ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok
POST /password                                            -              ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok
GET  /password/<token>                                    -              ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok
POST /password/<token>                                    -              ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok
POST /sign-out                                            -              in  ok  ok  ok  ok  in  ok  ok  ok  ok  ok  ok
GET  /demo/<token>                                        -              404 404 404 404 404 404 404 404 404 404 404 404
GET  /setup/<token>                                       -              ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok
POST /setup/<token>                                       -              ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok
GET  /join/<token>                                        -              ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok
POST /join/<token>                                        -              ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok
POST /join/<token>/sign-out                               -              ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok
GET  /u/<token>                                           -              ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok
POST /u/<token>                                           -              ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok
GET  /m/<purpose>/<token>                                 -              ok  403 403 403 403 ok  ok  403 403 403 403 403
POST /m/<purpose>/<token>/<act>                           -              ok  403 403 403 403 ok  ok  403 403 403 403 403

GET  /me                                                  -              in  ok  ok  ok  ok  in  ok  ok  ok  ok  ok  ok
POST /me                                                  -              in  ok  ok  ok  ok  in  ok  ok  ok  ok  ok  ok
POST /me/password                                         -              in  ok  ok  ok  ok  in  ok  ok  ok  ok  ok  ok
POST /me/password-link                                    -              in  ok  ok  ok  ok  in  ok  ok  ok  ok  ok  ok
POST /me/address                                          -              in  ok  ok  ok  ok  in  ok  ok  ok  ok  ok  ok
GET  /confirm/<token>                                     -              in  410 410 410 410 in  ok  410 410 410 410 410
POST /confirm/<token>                                     -              in  410 410 410 410 in  ok  410 410 410 410 410
POST /me/mail-works                                       -              in  ok  ok  ok  ok  in  ok  ok  ok  ok  ok  ok
POST /me/sign-out-everywhere                              -              in  ok  ok  ok  ok  in  ok  ok  ok  ok  ok  ok
GET  /me/tokens                                           -              in  ok  ok  ok  ok  in  ok  ok  ok  ok  ok  ok
POST /me/tokens                                           -              in  ok  ok  ok  ok  in  ok  ok  ok  ok  ok  ok
POST /me/tokens/<token_id>/end                            -              in  404 404 404 404 in  ok  404 404 404 404 404
GET  /teams/new                                           -              in  ok  ok  ok  ok  in  ok  ok  ok  ok  ok  ok
POST /teams/new                                           -              in  ok  ok  ok  ok  in  ok  ok  ok  ok  ok  ok

GET  /notices                                             -              in  ok  ok  ok  ok  in  ok  ok  ok  ok  ok  ok
POST /notices/read                                        -              in  ok  ok  ok  ok  in  ok  ok  ok  ok  ok  ok
GET  /notices/mail/<mail_id>                              -              in  404 404 404 404 in  404 404 404 404 404 404
POST /notices/mail/<mail_id>/put-aside                    -              in  404 404 404 404 in  404 404 404 404 404 404
GET  /notices/why                                         -              in  ok  ok  ok  ok  in  ok  ok  ok  ok  ok  ok

GET  /mailbox                                             -              in  404 404 404 404 in  404 404 404 404 404 ok
GET  /mailbox/<name>                                      -              in  404 404 404 404 in  404 404 404 404 404 ok
GET  /mailbox/<name>/html                                 -              in  404 404 404 404 in  404 404 404 404 404 ok
GET  /mailbox/<name>/download                             -              in  404 404 404 404 in  404 404 404 404 404 ok
GET  /held-mail                                           -              in  404 404 404 404 in  404 404 404 404 404 ok
POST /held-mail                                           -              in  404 404 404 404 in  404 404 404 404 404 ok

GET  /admin/inbound                                       -              in  404 404 404 404 in  404 404 404 404 404 ok
GET  /admin/inbound/<mail_id>                             -              in  404 404 404 404 in  404 404 404 404 404 ok
GET  /admin/inbound/<mail_id>/download                    -              in  404 404 404 404 in  404 404 404 404 404 ok
POST /admin/inbound/<mail_id>/again                       -              in  404 404 404 404 in  404 404 404 404 404 ok
GET  /admin/chats                                         -              in  404 404 404 404 in  404 404 404 404 404 ok
POST /admin/chats                                         -              in  404 404 404 404 in  404 404 404 404 404 ok
POST /admin/chats/<outlet_id>/<act>                       -              in  404 404 404 404 in  404 404 404 404 404 ok
GET  /admin/dns                                           -              in  404 404 404 404 in  404 404 404 404 404 ok
GET  /admin/outbox                                        -              in  404 404 404 404 in  404 404 404 404 404 ok
POST /admin/outbox                                        -              in  404 404 404 404 in  404 404 404 404 404 ok
GET  /admin/outbox/<delivery_id>                          -              in  404 404 404 404 in  404 404 404 404 404 ok
POST /admin/storms/<storm_id>                             -              in  404 404 404 404 in  404 404 404 404 404 ok

GET  /t/<slug>/                                           -              in  404 404 404 404 in  ok  ok  ok  ok  ok  404
GET  /t/<slug>/app.webmanifest                            -              in  404 404 404 404 in  ok  ok  ok  ok  ok  404
GET  /t/<slug>/mine                                       -              in  404 404 404 404 in  ok  ok  ok  ok  ok  404
GET  /t/<slug>/tasks                                      -              in  404 404 404 404 in  ok  ok  ok  ok  ok  404
GET  /t/<slug>/board                                      -              in  404 404 404 404 in  ok  ok  ok  ok  ok  404
GET  /t/<slug>/board/version                              -              in  404 404 404 404 in  ok  ok  ok  ok  ok  404
GET  /t/<slug>/desk                                       -              in  404 404 404 404 in  403 403 ok  ok  ok  404
GET  /t/<slug>/desk/live                                  -              in  404 404 404 404 in  403 403 ok  ok  ok  404
GET  /t/<slug>/desk/views                                 -              in  404 404 404 404 in  403 403 ok  ok  ok  404
POST /t/<slug>/desk/views                                 -              in  404 404 404 404 in  403 403 ok  ok  ok  404
GET  /t/<slug>/desk/several                               -              in  404 404 404 404 in  403 403 ok  ok  ok  404
POST /t/<slug>/desk/several                               -              in  404 404 404 404 in  403 403 ok  ok  ok  404
GET  /t/<slug>/one-by-one                                 -              in  404 404 404 404 in  403 403 ok  ok  ok  404
POST /t/<slug>/one-by-one                                 -              in  404 404 404 404 in  403 403 ok  ok  ok  404
POST /t/<slug>/one-by-one/end                             -              in  404 404 404 404 in  403 403 ok  ok  ok  404
GET  /t/<slug>/suggestions                                -              in  404 404 404 404 in  ok  ok  ok  ok  ok  404
GET  /t/<slug>/new/alike                                  -              in  404 404 404 404 in  ok  ok  ok  ok  ok  404
POST /t/<slug>/new/alike                                 team.open      in  404 404 404 404 in  ok  409 ok  ok  ok  404
POST /t/<slug>/new/aside                                  -              in  404 404 404 404 in  ok  ok  ok  ok  ok  404
GET  /t/<slug>/search                                     -              in  404 404 404 404 in  ok  ok  ok  ok  ok  404
GET  /t/<slug>/search/found                               -              in  404 404 404 404 in  ok  ok  ok  ok  ok  404
GET  /t/<slug>/answers                                    -              in  404 404 404 404 in  ok  ok  ok  ok  ok  404
GET  /t/<slug>/new                                        -              in  404 404 404 404 in  ok  ok  ok  ok  ok  404
POST /t/<slug>/new                                        -              in  404 404 404 404 in  ok  ok  ok  ok  ok  404
POST /t/<slug>/new/draft                                  -              in  404 404 404 404 in  ok  ok  ok  ok  ok  404
POST /t/<slug>/preview                                    -              in  404 404 404 404 in  ok  ok  ok  ok  ok  404
POST /t/<slug>/files                                      -              in  404 404 404 404 in  422 422 422 422 422 404
GET  /t/<slug>/files/<attachment>                         team.open      in  404 404 404 404 in  ok  ok  ok  ok  ok  404
GET  /t/<slug>/files/<attachment>                         managers.open  in  404 404 404 404 in  404 ok  ok  ok  ok  404
GET  /t/<slug>/files/<attachment>                         about.open     in  404 404 404 404 in  404 ok  404 404 ok  404
GET  /t/<slug>/files/<attachment>/small                   team.open      in  404 404 404 404 in  ok  ok  ok  ok  ok  404
GET  /t/<slug>/files/<attachment>/small                   managers.open  in  404 404 404 404 in  404 ok  ok  ok  ok  404
GET  /t/<slug>/files/<attachment>/small                   about.open     in  404 404 404 404 in  404 ok  404 404 ok  404
GET  /t/<slug>/<number>                                   team.open      in  404 404 404 404 in  ok  ok  ok  ok  ok  404
GET  /t/<slug>/<number>                                   managers.open  in  404 404 404 404 in  404 ok  ok  ok  ok  404
GET  /t/<slug>/<number>                                   about.open     in  404 404 404 404 in  404 ok  404 404 ok  404
GET  /t/<slug>/<number>/receipt                           team.open      in  404 404 404 404 in  ok  ok  ok  ok  ok  404
GET  /t/<slug>/<number>/receipt                           managers.open  in  404 404 404 404 in  404 ok  ok  ok  ok  404
GET  /t/<slug>/<number>/receipt                           about.open     in  404 404 404 404 in  404 ok  404 404 ok  404
GET  /t/<slug>/<number>/joined                            team.open      in  404 404 404 404 in  ok  ok  ok  ok  ok  404
GET  /t/<slug>/<number>/joined                            managers.open  in  404 404 404 404 in  404 ok  ok  ok  ok  404
GET  /t/<slug>/<number>/joined                            about.open     in  404 404 404 404 in  404 ok  404 404 ok  404
GET  /t/<slug>/<number>/answer-<file>.ics                 team.open      in  404 404 404 404 in  ok  ok  ok  ok  ok  404
GET  /t/<slug>/<number>/answer-<file>.ics                 managers.open  in  404 404 404 404 in  404 ok  ok  ok  ok  404
GET  /t/<slug>/<number>/answer-<file>.ics                 about.open     in  404 404 404 404 in  404 ok  404 404 ok  404
POST /t/<slug>/<number>/comment                           team.open      in  404 404 404 404 in  ok  ok  ok  ok  ok  404
POST /t/<slug>/<number>/comment                           managers.open  in  404 404 404 404 in  404 ok  ok  ok  ok  404
POST /t/<slug>/<number>/comment                           about.open     in  404 404 404 404 in  404 ok  404 404 ok  404
POST /t/<slug>/<number>/follow                            team.open      in  404 404 404 404 in  ok  ok  ok  ok  ok  404
POST /t/<slug>/<number>/follow                            managers.open  in  404 404 404 404 in  404 ok  ok  ok  ok  404
POST /t/<slug>/<number>/follow                            about.open     in  404 404 404 404 in  404 ok  404 404 ok  404
POST /t/<slug>/<number>/vote                              team.open      in  404 404 404 404 in  ok  409 ok  ok  ok  404
POST /t/<slug>/<number>/vote                              managers.open  in  404 404 404 404 in  404 409 ok  ok  ok  404
POST /t/<slug>/<number>/vote                              about.open     in  404 404 404 404 in  404 409 404 404 ok  404
GET  /t/<slug>/<number>/tasks                             team.open      in  404 404 404 404 in  ok  ok  ok  ok  ok  404
GET  /t/<slug>/<number>/tasks                             managers.open  in  404 404 404 404 in  404 ok  ok  ok  ok  404
GET  /t/<slug>/<number>/tasks                             about.open     in  404 404 404 404 in  404 ok  404 404 ok  404
POST /t/<slug>/<number>/tasks                             team.named     in  404 404 404 404 in  ok  403 ok  ok  ok  404
POST /t/<slug>/<number>/tasks                             managers.open  in  404 404 404 404 in  404 409 409 409 409 404
POST /t/<slug>/<number>/tasks                             about.open     in  404 404 404 404 in  404 409 404 404 409 404
GET  /t/<slug>/<number>/board                             team.open      in  404 404 404 404 in  ok  ok  ok  ok  ok  404
GET  /t/<slug>/<number>/board                             managers.open  in  404 404 404 404 in  404 ok  ok  ok  ok  404
GET  /t/<slug>/<number>/board                             about.open     in  404 404 404 404 in  404 ok  404 404 ok  404
POST /t/<slug>/<number>/board                             team.open      in  404 404 404 404 in  403 403 ok  ok  ok  404
POST /t/<slug>/<number>/board                             managers.open  in  404 404 404 404 in  404 403 ok  ok  ok  404
POST /t/<slug>/<number>/board                             about.open     in  404 404 404 404 in  404 403 404 404 ok  404
GET  /t/<slug>/<number>/later                             team.open      in  404 404 404 404 in  ok  ok  ok  ok  ok  404
GET  /t/<slug>/<number>/later                             managers.open  in  404 404 404 404 in  404 ok  ok  ok  ok  404
GET  /t/<slug>/<number>/later                             about.open     in  404 404 404 404 in  404 ok  404 404 ok  404
POST /t/<slug>/<number>/later                             team.open      in  404 404 404 404 in  ok  ok  ok  ok  ok  404
POST /t/<slug>/<number>/later                             managers.open  in  404 404 404 404 in  404 ok  ok  ok  ok  404
POST /t/<slug>/<number>/later                             about.open     in  404 404 404 404 in  404 ok  404 404 ok  404
POST /t/<slug>/<number>/later/end                         team.open      in  404 404 404 404 in  ok  ok  ok  ok  ok  404
POST /t/<slug>/<number>/later/end                         managers.open  in  404 404 404 404 in  404 ok  ok  ok  ok  404
POST /t/<slug>/<number>/later/end                         about.open     in  404 404 404 404 in  404 ok  404 404 ok  404
GET  /t/<slug>/<number>/merge                             team.open      in  404 404 404 404 in  403 403 ok  ok  ok  404
GET  /t/<slug>/<number>/merge                             managers.open  in  404 404 404 404 in  404 403 ok  ok  ok  404
GET  /t/<slug>/<number>/merge                             about.open     in  404 404 404 404 in  404 403 404 404 ok  404
POST /t/<slug>/<number>/merge                             team.open      in  404 404 404 404 in  403 403 ok  ok  ok  404
POST /t/<slug>/<number>/merge                             managers.open  in  404 404 404 404 in  404 403 409 409 409 404
POST /t/<slug>/<number>/merge                             about.open     in  404 404 404 404 in  404 403 404 404 409 404
POST /t/<slug>/<number>/unmerge                           team.merged    in  404 404 404 404 in  403 403 ok  ok  ok  404
POST /t/<slug>/<number>/unmerge                           managers.open  in  404 404 404 404 in  404 403 409 409 409 404
POST /t/<slug>/<number>/unmerge                           about.open     in  404 404 404 404 in  404 403 404 404 409 404
GET  /t/<slug>/<number>/split/<entry>                     team.talked    in  404 404 404 404 in  403 403 ok  ok  ok  404
GET  /t/<slug>/<number>/split/<entry>                     managers.open  in  404 404 404 404 in  404 403 409 409 409 404
GET  /t/<slug>/<number>/split/<entry>                     about.open     in  404 404 404 404 in  404 403 404 404 409 404
POST /t/<slug>/<number>/split/<entry>                     team.talked    in  404 404 404 404 in  403 403 ok  ok  ok  404
POST /t/<slug>/<number>/split/<entry>                     managers.open  in  404 404 404 404 in  404 403 409 409 409 404
POST /t/<slug>/<number>/split/<entry>                     about.open     in  404 404 404 404 in  404 403 404 404 409 404
GET  /t/<slug>/<number>/history/<entry>                   team.open      in  404 404 404 404 in  ok  ok  ok  ok  ok  404
GET  /t/<slug>/<number>/history/<entry>                   managers.open  in  404 404 404 404 in  404 ok  ok  ok  ok  404
GET  /t/<slug>/<number>/history/<entry>                   about.open     in  404 404 404 404 in  404 ok  404 404 ok  404
GET  /t/<slug>/<number>/names                             team.open      in  404 404 404 404 in  ok  ok  ok  ok  ok  404
GET  /t/<slug>/<number>/names                             managers.open  in  404 404 404 404 in  404 ok  ok  ok  ok  404
GET  /t/<slug>/<number>/names                             about.open     in  404 404 404 404 in  404 ok  404 404 ok  404
GET  /t/<slug>/<number>/edit/<entry>                      team.open      in  404 404 404 404 in  403 ok  403 403 403 404
GET  /t/<slug>/<number>/edit/<entry>                      managers.open  in  404 404 404 404 in  404 ok  403 403 403 404
GET  /t/<slug>/<number>/edit/<entry>                      about.open     in  404 404 404 404 in  404 ok  404 404 403 404
POST /t/<slug>/<number>/edit/<entry>                      team.open      in  404 404 404 404 in  403 ok  403 403 403 404
POST /t/<slug>/<number>/edit/<entry>                      managers.open  in  404 404 404 404 in  404 ok  403 403 403 404
POST /t/<slug>/<number>/edit/<entry>                      about.open     in  404 404 404 404 in  404 ok  404 404 403 404
POST /t/<slug>/<number>/withdraw                          team.open      in  404 404 404 404 in  403 ok  403 403 403 404
POST /t/<slug>/<number>/withdraw                          managers.open  in  404 404 404 404 in  404 ok  403 403 403 404
POST /t/<slug>/<number>/withdraw                          about.open     in  404 404 404 404 in  404 ok  404 404 403 404
POST /t/<slug>/<number>/contest                           team.done      in  404 404 404 404 in  403 ok  403 403 403 404
POST /t/<slug>/<number>/contest                           managers.done  in  404 404 404 404 in  404 ok  403 403 403 404
POST /t/<slug>/<number>/contest                           about.done     in  404 404 404 404 in  404 ok  404 404 403 404
POST /t/<slug>/<number>/back                              team.done      in  404 404 404 404 in  403 ok  403 403 403 404
POST /t/<slug>/<number>/back                              managers.done  in  404 404 404 404 in  404 ok  403 403 403 404
POST /t/<slug>/<number>/back                              about.done     in  404 404 404 404 in  404 ok  404 404 403 404
POST /t/<slug>/<number>/thank/<entry>                     team.done      in  404 404 404 404 in  403 ok  403 403 403 404
POST /t/<slug>/<number>/thank/<entry>                     managers.done  in  404 404 404 404 in  404 ok  403 403 403 404
POST /t/<slug>/<number>/thank/<entry>                     about.done     in  404 404 404 404 in  404 ok  404 404 403 404
POST /t/<slug>/<number>/nudge                             team.late      in  404 404 404 404 in  ok  ok  403 403 403 404
POST /t/<slug>/<number>/nudge                             managers.late  in  404 404 404 404 in  404 ok  ok  403 403 404
POST /t/<slug>/<number>/nudge                             about.late     in  404 404 404 404 in  404 ok  404 404 ok  404
POST /t/<slug>/<number>/unvote                            team.late      in  404 404 404 404 in  ok  ok  ok  ok  ok  404
POST /t/<slug>/<number>/unvote                            managers.late  in  404 404 404 404 in  404 ok  ok  ok  ok  404
POST /t/<slug>/<number>/unvote                            about.late     in  404 404 404 404 in  404 ok  404 404 ok  404
POST /t/<slug>/<number>/unfollow                          team.late      in  404 404 404 404 in  ok  ok  ok  ok  ok  404
POST /t/<slug>/<number>/unfollow                          managers.late  in  404 404 404 404 in  404 ok  ok  ok  ok  404
POST /t/<slug>/<number>/unfollow                          about.late     in  404 404 404 404 in  404 ok  404 404 ok  404
POST /t/<slug>/<number>/reopen                            team.done      in  404 404 404 404 in  403 403 ok  ok  ok  404
POST /t/<slug>/<number>/reopen                            managers.done  in  404 404 404 404 in  404 403 ok  ok  ok  404
POST /t/<slug>/<number>/reopen                            about.done     in  404 404 404 404 in  404 403 404 404 ok  404
POST /t/<slug>/<number>/reopen                            team.gone      in  404 404 404 404 in  403 ok  ok  ok  ok  404
POST /t/<slug>/<number>/reopen                            managers.gone  in  404 404 404 404 in  404 ok  ok  ok  ok  404
POST /t/<slug>/<number>/reopen                            about.gone     in  404 404 404 404 in  404 ok  404 404 ok  404
GET  /t/<slug>/desk/<number>                              team.open      in  404 404 404 404 in  403 403 ok  ok  ok  404
GET  /t/<slug>/desk/<number>                              managers.open  in  404 404 404 404 in  403 403 ok  ok  ok  404
GET  /t/<slug>/desk/<number>                              about.open     in  404 404 404 404 in  403 403 404 404 ok  404
POST /t/<slug>/one-by-one/<number>/skip                   team.open      in  404 404 404 404 in  403 403 ok  ok  ok  404
POST /t/<slug>/one-by-one/<number>/skip                   managers.open  in  404 404 404 404 in  403 403 ok  ok  ok  404
POST /t/<slug>/one-by-one/<number>/skip                   about.open     in  404 404 404 404 in  403 403 404 404 ok  404
POST /t/<slug>/<number>/draft                             team.open      in  404 404 404 404 in  403 403 ok  ok  ok  404
POST /t/<slug>/<number>/draft                             managers.open  in  404 404 404 404 in  404 403 ok  ok  ok  404
POST /t/<slug>/<number>/draft                             about.open     in  404 404 404 404 in  404 403 404 404 ok  404
GET  /t/<slug>/<number>/start                             team.open      in  404 404 404 404 in  403 403 ok  ok  ok  404
GET  /t/<slug>/<number>/start                             managers.open  in  404 404 404 404 in  404 403 ok  ok  ok  404
GET  /t/<slug>/<number>/start                             about.open     in  404 404 404 404 in  404 403 404 404 ok  404
GET  /t/<slug>/<number>/writing                           team.open      in  404 404 404 404 in  403 403 ok  ok  ok  404
GET  /t/<slug>/<number>/writing                           managers.open  in  404 404 404 404 in  404 403 ok  ok  ok  404
GET  /t/<slug>/<number>/writing                           about.open     in  404 404 404 404 in  404 403 404 404 ok  404
POST /t/<slug>/<number>/answer                            team.open      in  404 404 404 404 in  403 403 ok  ok  ok  404
POST /t/<slug>/<number>/answer                            managers.open  in  404 404 404 404 in  404 403 ok  ok  ok  404
POST /t/<slug>/<number>/answer                            about.open     in  404 404 404 404 in  404 403 404 404 ok  404
POST /t/<slug>/<number>/answer                            team.named     in  404 404 404 404 in  ok  403 ok  ok  ok  404
POST /t/<slug>/<number>/answer                            managers.named in  404 404 404 404 in  ok  403 ok  ok  ok  404
POST /t/<slug>/<number>/answer                            about.named    in  404 404 404 404 in  404 ok  404 404 ok  404
POST /t/<slug>/<number>/hand-back                         team.named     in  404 404 404 404 in  ok  403 403 403 403 404
POST /t/<slug>/<number>/hand-back                         managers.named in  404 404 404 404 in  ok  403 403 403 403 404
POST /t/<slug>/<number>/hand-back                         about.named    in  404 404 404 404 in  404 ok  404 404 403 404
POST /t/<slug>/<number>/move                              team.open      in  404 404 404 404 in  403 403 ok  ok  ok  404
POST /t/<slug>/<number>/move                              managers.open  in  404 404 404 404 in  404 403 ok  ok  ok  404
POST /t/<slug>/<number>/move                              about.open     in  404 404 404 404 in  404 403 404 404 ok  404
POST /t/<slug>/<number>/ask                               team.open      in  404 404 404 404 in  403 403 ok  ok  ok  404
POST /t/<slug>/<number>/ask                               managers.open  in  404 404 404 404 in  404 403 ok  ok  ok  404
POST /t/<slug>/<number>/ask                               about.open     in  404 404 404 404 in  404 403 404 404 ok  404
POST /t/<slug>/<number>/take-back                         team.asked     in  404 404 404 404 in  403 403 ok  ok  ok  404
POST /t/<slug>/<number>/take-back                         managers.asked in  404 404 404 404 in  404 403 ok  ok  ok  404
POST /t/<slug>/<number>/take-back                         about.asked    in  404 404 404 404 in  404 403 404 404 ok  404
POST /t/<slug>/<number>/undo/<entry>                      team.fresh     in  404 404 404 404 in  403 403 ok  ok  ok  404
POST /t/<slug>/<number>/undo/<entry>                      managers.fresh in  404 404 404 404 in  404 403 ok  ok  ok  404
POST /t/<slug>/<number>/undo/<entry>                      about.fresh    in  404 404 404 404 in  404 403 404 404 ok  404
POST /t/<slug>/<number>/note                              team.open      in  404 404 404 404 in  403 403 ok  ok  ok  404
POST /t/<slug>/<number>/note                              managers.open  in  404 404 404 404 in  404 403 ok  ok  ok  404
POST /t/<slug>/<number>/note                              about.open     in  404 404 404 404 in  404 403 404 404 ok  404
POST /t/<slug>/<number>/take                              team.open      in  404 404 404 404 in  403 403 ok  ok  ok  404
POST /t/<slug>/<number>/take                              managers.open  in  404 404 404 404 in  404 403 ok  ok  ok  404
POST /t/<slug>/<number>/take                              about.open     in  404 404 404 404 in  404 403 404 404 ok  404
POST /t/<slug>/<number>/assign                            team.open      in  404 404 404 404 in  403 403 ok  ok  ok  404
POST /t/<slug>/<number>/assign                            managers.open  in  404 404 404 404 in  404 403 ok  ok  ok  404
POST /t/<slug>/<number>/assign                            about.open     in  404 404 404 404 in  404 403 404 404 ok  404
POST /t/<slug>/<number>/urgency                           team.open      in  404 404 404 404 in  403 ok  ok  ok  ok  404
POST /t/<slug>/<number>/urgency                           managers.open  in  404 404 404 404 in  404 ok  ok  ok  ok  404
POST /t/<slug>/<number>/urgency                           about.open     in  404 404 404 404 in  404 409 404 404 409 404

POST /t/<slug>/<number>/tags                              team.open      in  404 404 404 404 in  403 ok  ok  ok  ok  404
POST /t/<slug>/<number>/tags                              managers.open  in  404 404 404 404 in  404 ok  ok  ok  ok  404
POST /t/<slug>/<number>/tags                              about.open     in  404 404 404 404 in  404 ok  404 404 ok  404


GET  /t/<slug>/people                                     -              in  404 404 404 404 in  ok  ok  ok  ok  ok  404
GET  /t/<slug>/people/<person_id>                         -              in  404 404 404 404 in  403 403 403 403 ok  404
POST /t/<slug>/people/<person_id>                         -              in  404 404 404 404 in  403 403 403 403 ok  404
POST /t/<slug>/people/<person_id>/confirm                 -              in  404 404 404 404 in  403 403 403 403 ok  404
POST /t/<slug>/people/<person_id>/turn-away               -              in  404 404 404 404 in  403 403 403 403 ok  404
POST /t/<slug>/people/<person_id>/remove                  -              in  404 404 404 404 in  403 403 403 403 ok  404
POST /t/<slug>/people/<person_id>/disable                 -              in  404 404 404 404 in  404 404 404 404 404 404
POST /t/<slug>/people/leave                               -              in  404 404 404 404 in  ok  ok  ok  ok  ok  404
GET  /t/<slug>/people/invite                              -              in  404 404 404 404 in  403 403 ok  ok  ok  404
POST /t/<slug>/people/invite                              -              in  404 404 404 404 in  403 403 ok  ok  ok  404
POST /t/<slug>/people/link                                -              in  404 404 404 404 in  403 403 ok  ok  ok  404
POST /t/<slug>/people/invitations/<invitation_id>/revoke  -              in  404 404 404 404 in  403 403 ok  ok  ok  404

GET  /t/<slug>/absences                                   -              in  404 404 404 404 in  ok  ok  ok  ok  ok  404
POST /t/<slug>/absences                                   -              in  404 404 404 404 in  ok  ok  ok  ok  ok  404
POST /t/<slug>/absences/<absence_id>/cancel               -              in  404 404 404 404 in  ok  403 403 403 ok  404
GET  /t/<slug>/absences/team                              -              in  404 404 404 404 in  403 403 403 403 ok  404
POST /t/<slug>/absences/team                              -              in  404 404 404 404 in  403 403 403 403 ok  404
POST /t/<slug>/deputy                                     -              in  404 404 404 404 in  403 403 ok  ok  ok  404

GET  /t/<slug>/settings                                   -              in  404 404 404 404 in  403 403 403 403 ok  404
POST /t/<slug>/settings                                   -              in  404 404 404 404 in  403 403 403 403 ok  404
GET  /t/<slug>/settings/answers                           -              in  404 404 404 404 in  403 403 403 403 ok  404
POST /t/<slug>/settings/answers                           -              in  404 404 404 404 in  403 403 403 403 ok  404
GET  /t/<slug>/settings/days-off                          -              in  404 404 404 404 in  403 403 403 403 ok  404
POST /t/<slug>/settings/days-off                          -              in  404 404 404 404 in  403 403 403 403 ok  404
POST /t/<slug>/settings/days-off/open                     -              in  404 404 404 404 in  403 403 403 403 ok  404
GET  /t/<slug>/settings/people                            -              in  404 404 404 404 in  403 403 403 403 ok  404
POST /t/<slug>/settings/people                            -              in  404 404 404 404 in  403 403 403 403 ok  404
GET  /t/<slug>/settings/name                              -              in  404 404 404 404 in  403 403 403 403 ok  404
POST /t/<slug>/settings/name                              -              in  404 404 404 404 in  403 403 403 403 ok  404
GET  /t/<slug>/settings/replies                           -              in  404 404 404 404 in  403 403 ok  ok  ok  404
POST /t/<slug>/settings/replies                           -              in  404 404 404 404 in  403 403 ok  ok  ok  404
GET  /t/<slug>/settings/replies/<reply_id>                -              in  404 404 404 404 in  403 403 ok  ok  ok  404
POST /t/<slug>/settings/replies/<reply_id>                -              in  404 404 404 404 in  403 403 ok  ok  ok  404
POST /t/<slug>/settings/replies/<reply_id>/remove         -              in  404 404 404 404 in  403 403 ok  ok  ok  404
GET  /t/<slug>/settings/outlets                           -              in  404 404 404 404 in  403 403 403 403 ok  404
POST /t/<slug>/settings/outlets                           -              in  404 404 404 404 in  403 403 403 403 ok  404
GET  /t/<slug>/settings/outlets/<outlet_id>               -              in  404 404 404 404 in  403 403 403 403 ok  404
POST /t/<slug>/settings/outlets/<outlet_id>/secret        -              in  404 404 404 404 in  403 403 403 403 ok  404
POST /t/<slug>/settings/outlets/<outlet_id>/<act>         -              in  404 404 404 404 in  403 403 403 403 ok  404
GET  /t/<slug>/test-mail                                  -              in  404 404 404 404 in  403 403 ok  ok  ok  404
POST /t/<slug>/test-mail                                  -              in  404 404 404 404 in  403 403 ok  ok  ok  404
POST /t/<slug>/first-steps/hide                           -              in  404 404 404 404 in  ok  ok  ok  ok  ok  404

GET  /api/v1/openapi.json                                 -              ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok
GET  /api/v1/teams/<team>/record                          -              in  404 404 404 404 in  ok  ok  ok  ok  ok  404
GET  /api/v1/teams/<team>/suggestions                     -              in  404 404 404 404 in  ok  ok  ok  ok  ok  404
POST /api/v1/teams/<team>/suggestions                     -              in  404 404 404 404 in  ok  ok  ok  ok  ok  404
GET  /api/v1/teams/<team>/suggestions/<number>            team.open      in  404 404 404 404 in  ok  ok  ok  ok  ok  404
GET  /api/v1/teams/<team>/suggestions/<number>            managers.open  in  404 404 404 404 in  404 ok  ok  ok  ok  404
GET  /api/v1/teams/<team>/suggestions/<number>            about.open     in  404 404 404 404 in  404 ok  404 404 ok  404
GET  /api/v1/teams/<team>/suggestions/<number>/timeline   team.open      in  404 404 404 404 in  ok  ok  ok  ok  ok  404
GET  /api/v1/teams/<team>/suggestions/<number>/timeline   managers.open  in  404 404 404 404 in  404 ok  ok  ok  ok  404
GET  /api/v1/teams/<team>/suggestions/<number>/timeline   about.open     in  404 404 404 404 in  404 ok  404 404 ok  404
POST /api/v1/teams/<team>/suggestions/<number>/answers    team.open      in  404 404 404 404 in  403 403 ok  ok  ok  404
POST /api/v1/teams/<team>/suggestions/<number>/answers    managers.open  in  404 404 404 404 in  404 403 ok  ok  ok  404
POST /api/v1/teams/<team>/suggestions/<number>/answers    about.open     in  404 404 404 404 in  404 403 404 404 ok  404
POST /api/v1/teams/<team>/suggestions/<number>/comments   team.open      in  404 404 404 404 in  ok  ok  ok  ok  ok  404
POST /api/v1/teams/<team>/suggestions/<number>/comments   managers.open  in  404 404 404 404 in  404 ok  ok  ok  ok  404
POST /api/v1/teams/<team>/suggestions/<number>/comments   about.open     in  404 404 404 404 in  404 ok  404 404 ok  404
POST /api/v1/teams/<team>/suggestions/<number>/notes      team.open      in  404 404 404 404 in  403 403 ok  ok  ok  404
POST /api/v1/teams/<team>/suggestions/<number>/notes      managers.open  in  404 404 404 404 in  404 403 ok  ok  ok  404
POST /api/v1/teams/<team>/suggestions/<number>/notes      about.open     in  404 404 404 404 in  404 403 404 404 ok  404
POST /api/v1/teams/<team>/suggestions/<number>/questions  team.open      in  404 404 404 404 in  403 403 ok  ok  ok  404
POST /api/v1/teams/<team>/suggestions/<number>/questions  managers.open  in  404 404 404 404 in  404 403 ok  ok  ok  404
POST /api/v1/teams/<team>/suggestions/<number>/questions  about.open     in  404 404 404 404 in  404 403 404 404 ok  404
POST /api/v1/teams/<team>/suggestions/<number>/moves      team.open      in  404 404 404 404 in  403 403 ok  ok  ok  404
POST /api/v1/teams/<team>/suggestions/<number>/moves      managers.open  in  404 404 404 404 in  404 403 ok  ok  ok  404
POST /api/v1/teams/<team>/suggestions/<number>/moves      about.open     in  404 404 404 404 in  404 403 404 404 ok  404
POST /api/v1/teams/<team>/suggestions/<number>/contests   team.done      in  404 404 404 404 in  403 ok  403 403 403 404
POST /api/v1/teams/<team>/suggestions/<number>/contests   managers.done  in  404 404 404 404 in  404 ok  403 403 403 404
POST /api/v1/teams/<team>/suggestions/<number>/contests   about.done     in  404 404 404 404 in  404 ok  404 404 403 404
POST /api/v1/teams/<team>/suggestions/<number>/merges     team.open      in  404 404 404 404 in  403 403 ok  ok  ok  404
POST /api/v1/teams/<team>/suggestions/<number>/merges     managers.open  in  404 404 404 404 in  404 403 409 409 409 404
POST /api/v1/teams/<team>/suggestions/<number>/merges     about.open     in  404 404 404 404 in  404 403 404 404 409 404
POST /api/v1/teams/<team>/suggestions/<number>/unmerges   team.merged    in  404 404 404 404 in  403 403 ok  ok  ok  404
POST /api/v1/teams/<team>/suggestions/<number>/unmerges   managers.open  in  404 404 404 404 in  404 403 409 409 409 404
POST /api/v1/teams/<team>/suggestions/<number>/unmerges   about.open     in  404 404 404 404 in  404 403 404 404 409 404
POST /api/v1/teams/<team>/suggestions/<number>/votes      team.open      in  404 404 404 404 in  ok  409 ok  ok  ok  404
POST /api/v1/teams/<team>/suggestions/<number>/votes      managers.open  in  404 404 404 404 in  404 409 ok  ok  ok  404
POST /api/v1/teams/<team>/suggestions/<number>/votes      about.open     in  404 404 404 404 in  404 409 404 404 ok  404
POST /api/v1/teams/<team>/suggestions/<number>/nudges     team.late      in  404 404 404 404 in  ok  ok  403 403 403 404
POST /api/v1/teams/<team>/suggestions/<number>/nudges     managers.late  in  404 404 404 404 in  404 ok  ok  403 403 404
POST /api/v1/teams/<team>/suggestions/<number>/nudges     about.late     in  404 404 404 404 in  404 ok  404 404 ok  404
POST /api/v1/teams/<team>/suggestions/<number>/tasks/<task>/ticks team.tasked     in  404 404 404 404 in  ok  403 ok  ok  ok  404
POST /api/v1/teams/<team>/suggestions/<number>/tasks/<task>/ticks managers.tasked in  404 404 404 404 in  404 403 ok  ok  ok  404
POST /api/v1/teams/<team>/suggestions/<number>/tasks/<task>/ticks about.tasked    in  404 404 404 404 in  404 ok  404 404 ok  404
POST /api/v1/teams/<team>/suggestions/<number>/tasks/<task>/unticks team.tasked     in  404 404 404 404 in  ok  403 ok  ok  ok  404
POST /api/v1/teams/<team>/suggestions/<number>/tasks/<task>/unticks managers.tasked in  404 404 404 404 in  404 403 ok  ok  ok  404
POST /api/v1/teams/<team>/suggestions/<number>/tasks/<task>/unticks about.tasked    in  404 404 404 404 in  404 ok  404 404 ok  404
"""  # noqa: E501 - a line of the table is one line


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    method: str
    path: str
    #: (sort, state) of the suggestion it is tried on
    on: tuple[str, str] | None
    expected: dict[str, str] = field(hash=False)

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}{' ' + '.'.join(self.on) if self.on else ''}"


def _row(line: str) -> Row:
    method, path, on, *expected = line.split()
    if len(expected) != len(ROLES):
        raise ValueError(f"{len(expected)} words for {len(ROLES)} people: {line}")
    sort, _, state = on.partition(".")
    return Row(method, path, (sort, state) if state else None, dict(zip(ROLES, expected, strict=True)))


ROWS = [_row(line) for line in TABLE.splitlines() if line.startswith(("GET ", "POST"))]

# What is sent ---------------------------------------------------------------------------------------------------------

_OFFICE = {f"{day}-0-{end}": hour for day in ("mon", "tue", "wed", "thu", "fri") for end, hour in
           (("from", "09:00"), ("to", "17:00"))}  # fmt: skip
_WISHES = {
    "name": "Somebody",
    "locale": "en",
    "window_from": "08:00",
    "window_until": "20:00",
    "reminders": "daily",
}
_TEAM = {"team_name": "New Team", "hours": "office", "answer_within": "2", "timezone": "Europe/Berlin", "locale": "de"}
_NEWCOMER = {"name": "Neu", "email": "neu@nachtwache.example", "password": "ganz neue worte hier"}

#: The smallest form or JSON that is carried out, by address; the ones of suggestions' pages by their last word.
FORMS: dict[str, dict[str, Any]] = {
    "POST /sign-in": {"email": "jo@nachtwache.example", "password": "vier worte in reihe"},
    "POST /password": {"email": "jo@nachtwache.example"},
    "POST /password/<token>": {"password": "ganz neue worte hier"},
    "POST /setup/<token>": {**_TEAM, **_NEWCOMER},
    "POST /join/<token>": _NEWCOMER,
    "POST /me": _WISHES,
    "POST /me/password": {"old_password": "vier worte in reihe", "new_password": "ganz neue worte hier"},
    "POST /me/address": {"email": "neu@nachtwache.example", "address_password": "vier worte in reihe"},
    "POST /me/tokens": {"name": "A bot", "password": "vier worte in reihe"},
    "POST /admin/outbox": {"id": "delivery", "act": "discard", "why": "Nobody wants it."},
    "POST /admin/storms/<storm_id>": {"what": "send"},
    "POST /notices/read": {"upto": "999999"},
    "POST /teams/new": _TEAM,
    "POST /m/<purpose>/<token>/<act>": {"text": "I see it too.", "link_key": "link_key"},
    "POST /t/<slug>/people/<person_id>": {"role": "manager"},
    "POST /t/<slug>/people/invite": {"addresses": "neu@nachtwache.example"},
    "POST /t/<slug>/people/link": {"uses": "3", "until": "2026-12-24"},
    "POST /t/<slug>/absences": {"first_on": "2027-01-04", "last_on": "2027-01-05", "choice": "stand_in"},
    "POST /t/<slug>/absences/team": {"first_on": "2027-01-04", "last_on": "2027-01-05", "choice": "stand_in"},
    "POST /t/<slug>/settings": {"timezone": "Europe/Vienna", **_OFFICE},
    "POST /t/<slug>/settings/answers": {"answer_within": "5", "share": "75", "before": "8", "third": "4",
                                        "fourth": "16", "every": "24"},
    "POST /t/<slug>/settings/days-off": {"region": "DE-BY"},
    "POST /t/<slug>/settings/days-off/open": {"on": "2026-12-25"},
    "POST /t/<slug>/settings/people": {"duty_rule": "all"},
    "POST /t/<slug>/settings/name": {"team_name": "Nachtwache zwei"},
    "POST /admin/chats": {"team": "nachtwache", "url": "ntfys://ntfy.example.org/nachtwache"},
    "POST /t/<slug>/new/alike": {"title": "Filter", "me_too": "team.open"},
    "POST /t/<slug>/one-by-one": {"minutes": "10"},
    "POST /t/<slug>/settings/replies": {"name": "Danke", "text_de": "Danke dir, {name}!"},
    "POST /t/<slug>/settings/replies/<reply_id>": {"name": "Vielen Dank", "text_de": "Danke dir, {name}!"},
    "POST /t/<slug>/settings/outlets": {"url": "https://hooks.example.org/in"},
    "POST /api/v1/teams/<team>/suggestions": {"title": "Over the API"},
    "POST /t/<slug>/desk/views": {"do": "save", "name": "Ideas", "back": "desk?kind=idea"},
    "POST /t/<slug>/desk/several": {"do": "give", "to": "otto", "n": "41"},
    "POST /t/<slug>/new/draft": {"title": "Half a title"},
    "POST /t/<slug>/new/aside": {"title": "Half a title", "take_up": "1"},
    "POST /t/<slug>/new": {"title": "A title", "kind": "idea", "urgency": "normal", "visibility": "team"},
    "answer": {"outcome": "done", "text": "Done."},
    "ask": {"text": "Where?"},
    "move": {"on": "2026-12-07", "text": "It takes longer."},
    "urgency": {"urgency": "urgent", "text": "It burns."},
    "assign": {"to": "otto"},
    "tags": {"tags": "Chat, Filter"},
    "later": {"choice": "tomorrow"},
    "draft": {"text": "Half an answer"},
    "comment": {"text": "I see it too."},
    "note": {"text": "Among us."},
    "tasks": {"title": "Look it up", "on": "2026-12-07", "sure": "1"},
    "board": {"to": "done", "outcome": "done", "text": "Done."},
    "hand-back": {"text": "I cannot."},
    "contest": {"text": "Not at all."},
    "back": {"text": "It is back."},
    "<entry>": {"title": "Another title", "text": "Other words.", "body": "Other words."},
    "answers": {"outcome": "done", "text": "Done."},
    "comments": {"text": "I see it too."},
    "notes": {"text": "Among us."},
    "questions": {"text": "Where?"},
    "moves": {"on": "2026-12-04", "reason": "It takes longer."},
    "contests": {"text": "Not at all."},
    "merge": {"into": "team.asked"},
    "unmerge": {},
    "POST /t/<slug>/<number>/split/<entry>": {"title": "Something else", "kind": "idea"},
    "merges": {"into": "team.asked"},
    "unmerges": {},
    "votes": {},
    "nudges": {},
    "ticks": {},
    "unticks": {},
}  # fmt: skip


def form_of(row: Row, world: World) -> dict[str, Any]:
    """Persons stand in it by first name and are sent by id, suggestions by sort and state and are sent by number; the
    key of a link's form is the one of the world's link."""
    form = FORMS.get(f"{row.method} {row.path}") or FORMS.get(row.path.rsplit("/", 1)[-1], {})
    known = {"to": world.ids, "link_key": world.keys, "id": world.keys}
    found = {name: known[name].get(value, value) if name in known else value for name, value in form.items()}
    for name in ("into", "me_too"):
        if name in found:
            found[name] = world.things[tuple(found[name].split("."))].number
    return found
