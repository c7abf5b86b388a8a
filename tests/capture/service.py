"""Being a service: objectives, alerts, configuration, systemd."""
