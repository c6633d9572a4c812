# One directory a customer, so that each can be moved by itself.
{
  environment.persistence."/persist".directories = builtins.genList (
    number: "/srv/tenants/${toString (number + 1)}"
  ) 120;
}
