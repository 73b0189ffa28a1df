"""The whole path, top to bottom: collect, group, issue, deliver. No logic of its own.

take_in   drafts -> articles, analyses, text index, topic matches
collect   feeds due -> fetch -> parse -> take_in
group     new articles -> stories, related
issue     digests due -> select -> build -> render -> edition and outbox
deliver   outbox due -> claim -> send -> record
answer    inbox -> handlers
"""
