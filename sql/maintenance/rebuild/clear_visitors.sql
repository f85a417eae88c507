-- Rebuild: delete the differing visitors' first visits before rebuilding them. Those on days that
-- retention deleted stay, unless nothing else is left of the visitor.
delete from telemetry.visitors as v
where v.anon in (select anon from differing)
  and (
      (v.first_day < (select first_kept from telemetry.settings)) is not true
      or not exists (select from fresh_visitors as f where f.anon = v.anon)
  )
