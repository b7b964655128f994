import CommandLineTool

ResyncCommand.run()
