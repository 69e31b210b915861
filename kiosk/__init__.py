"""The community-centre side of Komado: the agent beside the resident's screen."""
