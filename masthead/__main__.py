from masthead.config.cli import main

main()
