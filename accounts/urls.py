"""Addresses about people."""

from django.urls import path

from accounts.views import invitations, notices, people, proposals, tokens

app_name = "people"
urlpatterns = [
    path("own/", people.own_account, name="own"),
    path("own/sign-out-everywhere/", people.sign_out_everywhere, name="sign-out-everywhere"),
    path("own/tokens/", tokens.tokens, name="tokens"),
    path("people/", people.people_list, name="list"),
    path("people/add/", people.invite, name="invite"),
    path("people/invitations/", invitations.invitation_list, name="invitations"),
    path("people/<int:pk>/", people.person, name="person"),
    path("people/<int:pk>/invitation/", invitations.invitation, name="invitation"),
    path("people/<int:pk>/sign-out/", people.sign_out_person, name="sign-out"),
    path("people/<int:pk>/deactivate/", people.person_active, {"active": False}, name="deactivate"),
    path("people/<int:pk>/reactivate/", people.person_active, {"active": True}, name="reactivate"),
    path("people/<int:pk>/second-factor/", people.second_factor, name="second-factor"),
    path("people/role-requests/", people.role_requests, name="role-requests"),
    path("people/role-requests/<int:pk>/", people.role_request, name="role-request"),
    path("people/role-requests/<int:pk>/confirm/", people.role_confirm, name="role-confirm"),
    path("people/role-requests/<int:pk>/refuse/", people.role_refuse, name="role-refuse"),
    path("people/roles/<int:pk>/end/", people.role_end, name="role-end"),
    path("people/tokens/<int:pk>/revoke/", tokens.token_revoke, name="token-revoke"),
    path("second-person/", proposals.proposal_list, name="proposals"),
    path("second-person/<int:pk>/", proposals.proposal_page, name="proposal"),
    path("second-person/<int:pk>/confirm/", proposals.proposal_confirm, name="proposal-confirm"),
    path("second-person/<int:pk>/refuse/", proposals.proposal_refuse, name="proposal-refuse"),
    path("notices/", notices.notice_list, name="notices"),
    path("notices/read/", notices.mark_all_read, name="notices-read"),
    path("notices/mails/", notices.notice_choices, name="notice-choices"),
    path("notices/<int:pk>/", notices.notice, name="notice"),
    path("audit/", people.audit_trail, name="audit"),
]
